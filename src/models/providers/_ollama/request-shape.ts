import type { Quirk } from '../_kit/quirks.ts';

/** How a request is built for one model of one server. */
export interface Shape {
  readonly format: 'schema' | 'json' | 'none';
  readonly think: boolean;
  readonly truncate: boolean;
}

export const FIRST_SHAPE: Shape = { format: 'schema', think: true, truncate: true };

/** What Ollama servers of different ages were seen to refuse, and to answer. */
export const QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'no-thinking',
    sentence: 'The model cannot think, or the server does not know `think`; it is not sent.',
    recognises: ({ said }, shape) => shape.think && /think/i.test(said),
    apply: (shape) => ({ ...shape, think: false }),
  },
  {
    id: 'no-schema-format',
    sentence: 'The server is older than 0.5 and takes no schema as `format`; JSON mode is used.',
    recognises: ({ said }, shape) => shape.format === 'schema' && /format|grammar|schema/i.test(said),
    apply: (shape) => ({ ...shape, format: 'json' }),
  },
  {
    id: 'no-json-format',
    sentence: 'The server has no JSON mode for this model: the prompt alone says which form an answer has.',
    recognises: ({ said }, shape) => shape.format === 'json' && /format|grammar|json mode/i.test(said),
    apply: (shape) => ({ ...shape, format: 'none' }),
  },
  {
    id: 'no-truncate',
    sentence: 'The server does not know `truncate`: a prompt that is too long is told from its count of tokens.',
    recognises: ({ said }, shape) => shape.truncate && /truncate/i.test(said),
    apply: (shape) => ({ ...shape, truncate: false }),
  },
  { id: 'reasoning-in-content', sentence: 'The model’s reasoning comes before its answer, between `<think>` marks; it is left out.' },
  { id: 'answer-as-tool-call', sentence: 'The model answers by calling a tool that it was not given; the arguments are the answer.' },
  { id: 'no-usage', sentence: 'The server does not count tokens; they are estimated.' },
];
