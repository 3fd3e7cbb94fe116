import { z } from 'zod';
import type { ModelRequest } from '#ports/provider.ts';
import { names, type Quirk } from '../_kit/quirks.ts';
import { STEADY } from '../_kit/settings.ts';

/**
 * How an input is built. Every model of Replicate has fields of its own: its schema names them where it can be had,
 * and what it refuses is learned.
 */
export interface Shape {
  /** Names of the field that bounds the answer: the first that the model has is sent. */
  readonly limits: readonly string[];
  readonly system: boolean;
  readonly temperature: boolean;
  readonly topP: boolean;
  readonly seed: boolean;
}

export const FIRST_SHAPE: Shape = {
  limits: ['max_tokens', 'max_new_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_length'],
  system: true,
  temperature: true,
  topP: true,
  seed: true,
};

const SYSTEM_FIELDS = ['system_prompt', 'system_instruction', 'system', 'system_message', 'developer_prompt'];

/** What models were seen to refuse: "- input: Additional property max_tokens is not allowed". */
export const QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'other-answer-limit',
    sentence: 'The field that bounds its answer has another name than the one that is remembered, or it has none.',
    recognises: (fault, { limits }) => limits[0] !== undefined && names(fault, limits[0]),
    value: (_fault, { limits }) => limits[0] ?? null,
    apply: (shape, value) => ({ ...shape, limits: shape.limits.slice(shape.limits.indexOf(String(value)) + 1) }),
  },
  {
    id: 'no-system-prompt',
    sentence: 'It takes no instructions beside the prompt: they open it.',
    recognises: (fault, { system }) => system && names(fault, `(${SYSTEM_FIELDS.join('|')})`),
    apply: (shape) => ({ ...shape, system: false }),
  },
  {
    id: 'fixed-temperature',
    sentence: 'It takes no temperature.',
    recognises: (fault, { temperature }) => temperature && names(fault, 'temperature'),
    apply: (shape) => ({ ...shape, temperature: false }),
  },
  {
    id: 'no-top-p',
    sentence: 'It takes no top_p.',
    recognises: (fault, { topP }) => topP && names(fault, 'top_p'),
    apply: (shape) => ({ ...shape, topP: false }),
  },
  {
    id: 'no-seed',
    sentence: 'It takes no seed.',
    recognises: (fault, { seed }) => seed && names(fault, 'seed'),
    apply: (shape) => ({ ...shape, seed: false }),
  },
];

/** The settings that shape an input. */
interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}

const modelSchema = z.object({
  latest_version: z
    .object({
      openapi_schema: z
        .object({
          components: z.object({
            schemas: z.object({ Input: z.object({ properties: z.record(z.string(), z.object({ minimum: z.number().nullish() })) }) }),
          }),
        })
        .nullish(),
    })
    .nullish(),
});

/** The fields of a model's input with the least that each takes, as its schema says; null where it says nothing. */
export function readFields(model: unknown): ReadonlyMap<string, number | null> | null {
  const properties = modelSchema.safeParse(model).data?.latest_version?.openapi_schema?.components.schemas.Input.properties;
  if (properties === undefined) return null;
  return new Map(Object.entries(properties).map(([name, { minimum }]) => [name, minimum ?? null]));
}

/** The input of a prediction. The operator's own fields come last and win. */
export function wordInput(
  request: ModelRequest,
  sampling: Sampling,
  shape: Shape,
  fields: ReadonlyMap<string, number | null> | null,
): Record<string, unknown> {
  const has = (name: string) => fields === null || fields.has(name);
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, max_tokens = request.maxTokens, input = {} } = sampling;
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const user = request.messages.filter(({ role }) => role !== 'system').map(({ content }) => content);
  const systemField = shape.system && system.length > 0 ? SYSTEM_FIELDS.find(has) : undefined;
  const limit = shape.limits.find(has);
  return {
    prompt: (systemField === undefined ? [...system, ...user] : user).join('\n\n'),
    ...(systemField === undefined ? {} : { [systemField]: system.join('\n\n') }),
    ...(limit === undefined ? {} : { [limit]: max_tokens }),
    // Some models take no 0: the least that they take is the steadiest.
    ...(shape.temperature && has('temperature') ? { temperature: Math.max(temperature, fields?.get('temperature') ?? 0) } : {}),
    ...(shape.topP && top_p !== undefined && has('top_p') ? { top_p } : {}),
    ...(shape.seed && has('seed') ? { seed } : {}),
    ...input,
  };
}
