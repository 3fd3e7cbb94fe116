import { names, type Quirk } from '../_kit/quirks.ts';

/** How a chat request is built for one model of one server. */
export interface Shape {
  /** How the answer is held to its schema, strictest first. */
  readonly structured: 'strict' | 'schema' | 'object' | 'none';
  /** Names of the parameter that bounds the answer: the first is sent, the others are left to try. */
  readonly limits: readonly ('max_tokens' | 'max_completion_tokens')[];
  /** The most that the server lets it be, once it has said so. */
  readonly cap: number | null;
  readonly temperature: boolean;
  readonly seed: boolean;
  readonly topP: boolean;
  /** False where the model takes no system message: it then opens the user's. */
  readonly system: boolean;
}

/**
 * What servers were seen to refuse, in the order of trying. Add a row for a new one: what it says goes into the test
 * beside this file.
 */
export const QUIRKS: readonly Quirk<Shape>[] = [
  {
    name: 'an answer limit that is too large, with the largest one named',
    recognises: (fault) => names(fault, 'max(_completion)?_tokens') && largest(fault.said) !== null,
    adapt: (shape, fault) => {
      const cap = largest(fault.said);
      return cap !== null && (shape.cap === null || cap < shape.cap) ? { ...shape, cap } : null;
    },
  },
  {
    name: 'max_tokens where max_completion_tokens is meant, or the other way round, or neither',
    recognises: (fault) => names(fault, 'max(_completion)?_tokens'),
    adapt: (shape) => (shape.limits.length > 0 ? { ...shape, limits: shape.limits.slice(1) } : null),
  },
  {
    name: 'a fixed temperature',
    recognises: (fault) => names(fault, 'temperature'),
    adapt: (shape) => (shape.temperature ? { ...shape, temperature: false } : null),
  },
  {
    name: 'no seed',
    recognises: (fault) => names(fault, 'seed'),
    adapt: (shape) => (shape.seed ? { ...shape, seed: false } : null),
  },
  {
    name: 'no top_p',
    recognises: (fault) => names(fault, 'top_p'),
    adapt: (shape) => (shape.topP ? { ...shape, topP: false } : null),
  },
  {
    name: 'no system message',
    recognises: (fault) =>
      /system (role|message|instruction)|(role|instruction).{0,40}system|developer instruction/i.test(fault.said) ||
      /^messages\W*0\W*role/.test(fault.param),
    adapt: (shape) => (shape.system ? { ...shape, system: false } : null),
  },
  {
    name: 'a form of structured output that is not offered',
    recognises: (fault) =>
      names(fault, 'response_format') ||
      /json_schema|json_object|json_validate_failed|structured output|response format|grammar|guided/i.test(`${fault.said} ${fault.kind}`),
    adapt: (shape) => {
      const next = ({ strict: 'schema', schema: 'object', object: 'none', none: null } as const)[shape.structured];
      return next === null ? null : { ...shape, structured: next };
    },
  },
];

/** "This model supports at most 16384 completion tokens": the number, or null. */
function largest(said: string): number | null {
  const found = /(?:at most|maximum(?: value| allowed)?(?: of| is|:)?|less than or equal to|<=)\s*[`'"]?(\d{2,7})/i.exec(said)?.[1];
  return found === undefined ? null : Number(found);
}

/** The shape that most servers take; `url` tells OpenAI and Azure, whose newer models take no `max_tokens`. */
export function firstShape(url: string): Shape {
  const isOpenAi = /^https:\/\/([^/]+\.)?(openai\.com|openai\.azure\.com)(\/|:|$)/.test(url);
  return {
    structured: 'strict',
    limits: isOpenAi ? ['max_completion_tokens', 'max_tokens'] : ['max_tokens', 'max_completion_tokens'],
    cap: null,
    temperature: true,
    seed: true,
    topP: true,
    system: true,
  };
}
