import type { Quirk } from '../_kit/quirks.ts';
import type { Shape } from './request-shape.ts';

/** What was seen in answers, which are read all the same. */
export const ANSWER_QUIRKS: readonly Quirk<Shape>[] = [
  { id: 'reasoning-field', sentence: 'The model’s reasoning comes in a field of its own, which is not read.' },
  { id: 'reasoning-in-content', sentence: 'The model’s reasoning comes before its answer, between `<think>` marks; it is left out.' },
  { id: 'answer-in-parts', sentence: 'The content of an answer is a list of parts; they are joined.' },
  { id: 'answer-as-object', sentence: 'The content of an answer is JSON already parsed; it is written out again.' },
  { id: 'answer-as-tool-call', sentence: 'The model answers by calling a tool that it was not given; the arguments are the answer.' },
  { id: 'answer-as-function-call', sentence: 'The model answers by the older `function_call`; the arguments are the answer.' },
  { id: 'text-without-message', sentence: 'An answer has `text` in place of a message.' },
  { id: 'no-usage', sentence: 'The server does not count tokens; they are estimated.' },
  { id: 'other-finish-reason', sentence: 'The server has a word of its own for how an answer ends.' },
  { id: 'no-finish-reason', sentence: 'The server does not say how an answer ends; it is taken for whole.' },
  { id: 'stream-ignored', sentence: 'The server answers whole where a stream was asked for.' },
  { id: 'stream-without-done', sentence: 'A stream ends without `[DONE]`; its finish reason is taken for the end.' },
];
