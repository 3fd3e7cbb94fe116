import { names, type Quirk } from '../_kit/quirks.ts';
import type { Shape } from './request-shape.ts';

/** What a server asks of streams. */
export const STREAM_QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'no-stream-options',
    sentence: 'The server takes no `stream_options`: a streamed answer may come without a count of its tokens.',
    recognises: (fault, shape) => shape.streamOptions && /stream_options|include_usage/.test(`${fault.param} ${fault.said}`),
    apply: (shape) => ({ ...shape, streamOptions: false }),
  },
  {
    id: 'streams-only',
    sentence: 'The model answers in streams only; it is always asked for one.',
    recognises: ({ said }, shape) =>
      shape.stream !== 'always' &&
      /only (supports? )?stream|(must|needs? to) be (set to )?(true|streamed)|non-?streaming (calls?|requests?|mode)|stream(ing)? (mode )?is required|enable the stream/i.test(
        said,
      ) &&
      /stream/i.test(said),
    apply: (shape) => ({ ...shape, stream: 'always' }),
  },
  {
    id: 'no-stream-with-format',
    sentence: 'An answer in a fixed form is not streamed by this server; it is asked for whole.',
    recognises: ({ said }, shape) =>
      shape.stream === 'asked' && /stream/i.test(said) && /response_format|json (mode|schema)|json_schema|structured output/i.test(said),
    apply: (shape) => ({ ...shape, stream: 'never' }),
  },
  {
    id: 'no-stream',
    sentence: 'The model does not stream; its answers are asked for whole.',
    recognises: (fault, shape) =>
      shape.stream === 'asked' && (names(fault, 'stream') || /streaming.{0,40}not (supported|allowed|available|enabled)/i.test(fault.said)),
    apply: (shape) => ({ ...shape, stream: 'never' }),
  },
];
