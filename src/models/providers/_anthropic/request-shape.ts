import { names, type Quirk } from '../_kit/quirks.ts';

/** How a request of the Messages API is built for one model. */
export interface Shape {
  /** How the answer is held to its schema: by its format, by a tool that must be called, or by the prompt alone. */
  readonly structured: 'format' | 'tool' | 'none';
  readonly temperature: boolean;
  readonly topP: boolean;
  /** How reasoning is asked for, where the settings ask for it. Newer models choose its extent themselves. */
  readonly thinking: 'budget' | 'adaptive' | 'none';
  readonly effort: boolean;
  /** The most that the model lets `max_tokens` be, once it has said so. */
  readonly cap: number | null;
}

export const FIRST_SHAPE: Shape = { structured: 'format', temperature: true, topP: true, thinking: 'budget', effort: true, cap: null };

/** What models were seen to refuse, in the order of trying, each with the words of one that does. */
export const QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'small-answer-limit',
    sentence: 'The answer may not be longer than a number of tokens that the server names.',
    // max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for …
    recognises: ({ said }, { cap }) => (largest(said) ?? Number.POSITIVE_INFINITY) < (cap ?? Number.POSITIVE_INFINITY),
    value: ({ said }) => largest(said),
    apply: (shape, value) => (typeof value === 'number' && value > 0 ? { ...shape, cap: value } : shape),
  },
  {
    id: 'adaptive-thinking',
    sentence: 'It chooses the extent of its reasoning itself.',
    // "thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" …
    recognises: ({ said }, { thinking }) => thinking === 'budget' && THINKING_REFUSED.test(said),
    apply: (shape) => ({ ...shape, thinking: 'adaptive' }),
  },
  {
    id: 'no-thinking',
    sentence: 'It does not reason before it answers.',
    recognises: ({ said }, { thinking }) => thinking === 'adaptive' && THINKING_REFUSED.test(said),
    apply: (shape) => ({ ...shape, thinking: 'none' }),
  },
  {
    id: 'one-of-temperature-and-top-p',
    sentence: 'It takes a temperature or top_p, not both.',
    // `temperature` and `top_p` cannot both be specified for this model. Please use only one.
    recognises: (fault, { temperature, topP }) => temperature && topP && names(fault, 'temperature') && names(fault, 'top_p'),
    apply: (shape) => ({ ...shape, topP: false }),
  },
  {
    id: 'fixed-temperature',
    sentence: 'It takes no temperature.',
    // `temperature` is deprecated for this model.
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
    id: 'no-effort',
    sentence: 'It takes no effort.',
    // This model does not support the effort parameter.
    recognises: (fault, { effort }) => effort && names(fault, 'effort'),
    apply: (shape) => ({ ...shape, effort: false }),
  },
  {
    id: 'no-structured-output',
    sentence: 'It has no structured output, or not of this schema: a tool that it must call stands in.',
    // 'claude-3-haiku-20240307' does not support output format. Schema is too complex for compilation.
    recognises: ({ said }, { structured }) =>
      structured === 'format' &&
      /output[_ ](config|format)|structured output|json_schema|schema is too complex|schema.{0,60}not supported/i.test(said),
    apply: (shape) => ({ ...shape, structured: 'tool' }),
  },
  {
    id: 'no-forced-tool',
    sentence: 'It cannot be made to call a tool: the prompt alone asks for the form of the answer.',
    // tools.0.custom.input_schema: … Thinking may not be enabled when tool_choice forces tool use.
    recognises: ({ said }, { structured }) => structured === 'tool' && /tool_choice|input_schema|(^|\W)tools?(\W|$)/i.test(said),
    apply: (shape) => ({ ...shape, structured: 'none' }),
  },
];

/** Not every refusal that speaks of reasoning is about it: some explain by it what else is wrong. */
const THINKING_REFUSED = /thinking\.type|budget_tokens|support\w* .{0,30}thinking|thinking.{0,30} support/i;

function largest(said: string): number | null {
  const found = /max_tokens: \d+ > (\d+)/.exec(said)?.[1];
  return found === undefined ? null : Number(found);
}
