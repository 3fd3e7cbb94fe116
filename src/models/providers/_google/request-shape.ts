import type { Quirk } from '../_kit/quirks.ts';

/** How a request of the Gemini API is built for one model. */
export interface Shape {
  /** How the answer is held to its schema: by the schema, as any JSON, or by the prompt alone. */
  readonly structured: 'schema' | 'json' | 'none';
  /** False where the model takes no instructions beside the contents: they then open these. */
  readonly system: boolean;
  readonly seed: boolean;
  readonly sampling: boolean;
  readonly thinking: boolean;
  /** The most that the model lets `maxOutputTokens` be, once it has said so. */
  readonly cap: number | null;
}

export const FIRST_SHAPE: Shape = { structured: 'schema', system: true, seed: true, sampling: true, thinking: true, cap: null };

/** What models were seen to refuse, in the order of trying, each with the words of one that does. */
export const QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'small-answer-limit',
    sentence: 'The answer may not be longer than a number of tokens that the server names.',
    // … it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 8193 (exclusive).
    recognises: ({ said }, { cap }) => (largest(said) ?? Number.POSITIVE_INFINITY) < (cap ?? Number.POSITIVE_INFINITY),
    value: ({ said }) => largest(said),
    apply: (shape, value) => (typeof value === 'number' && value > 0 ? { ...shape, cap: value } : shape),
  },
  {
    id: 'no-system-instruction',
    sentence: 'It takes no instructions beside the prompt: they open it.',
    // Developer instruction is not enabled for models/gemma-3-27b-it
    recognises: ({ said }, { system }) => system && /(developer|system)[ _]?instruction/i.test(said),
    apply: (shape) => ({ ...shape, system: false }),
  },
  {
    id: 'no-answer-schema',
    sentence: 'It does not take the schema of the answer, and is asked for JSON.',
    // Unknown name "responseJsonSchema" … The specified schema produces a constraint that has too many states for serving.
    recognises: ({ said }, { structured }) =>
      structured === 'schema' &&
      !/json mode is not enabled/i.test(said) &&
      /response_?(json_?)?schema|schema produces a constraint|too many states|unknown name "(additionalProperties|\$\w+|const|anyOf)"/i.test(
        said,
      ),
    apply: (shape) => ({ ...shape, structured: 'json' }),
  },
  {
    id: 'no-json-mode',
    sentence: 'It cannot be held to JSON: the prompt alone asks for the form of the answer.',
    // JSON mode is not enabled for models/gemma-3-27b-it
    recognises: ({ said }, { structured }) =>
      structured !== 'none' && /json mode|response_?mime_?type|response_?(json_?)?schema/i.test(said),
    apply: (shape) => ({ ...shape, structured: 'none' }),
  },
  {
    id: 'fixed-thinking',
    sentence: 'The extent of its reasoning cannot be set, or not to this.',
    // Budget 0 is invalid. This model only works in thinking mode. Thinking is not supported for this model.
    recognises: ({ said }, { thinking }) => thinking && /thinking|budget \d+ is invalid/i.test(said),
    apply: (shape) => ({ ...shape, thinking: false }),
  },
  {
    id: 'no-seed',
    sentence: 'It takes no seed.',
    // Invalid JSON payload received. Unknown name "seed" at 'generation_config': Cannot find field.
    recognises: ({ said }, { seed }) => seed && /(^|\W)seed(\W|$)/i.test(said),
    apply: (shape) => ({ ...shape, seed: false }),
  },
  {
    id: 'fixed-sampling',
    sentence: 'Its temperature and top_p are fixed.',
    recognises: ({ said }, { sampling }) => sampling && /temperature|top_?p(\W|$)/i.test(said),
    apply: (shape) => ({ ...shape, sampling: false }),
  },
];

function largest(said: string): number | null {
  const found = /max_?output_?tokens.{0,80}to (\d+) \(exclusive\)/i.exec(said)?.[1];
  return found === undefined ? null : Number(found) - 1;
}
