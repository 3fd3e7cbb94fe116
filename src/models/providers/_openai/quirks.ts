import type { Quirk } from '../_kit/quirks.ts';
import { ANSWER_QUIRKS } from './answer-quirks.ts';
import { FORMAT_QUIRKS } from './format-quirks.ts';
import { MESSAGE_QUIRKS } from './message-quirks.ts';
import { PARAMETER_QUIRKS } from './parameter-quirks.ts';
import type { Shape } from './request-shape.ts';
import { STREAM_QUIRKS } from './stream-quirks.ts';

/**
 * What servers in OpenAI's form were seen to refuse, in the order of trying, and to answer. Add a row for a new one:
 * what such a server says goes into the test beside this file.
 */
export const QUIRKS: readonly Quirk<Shape>[] = [
  ...STREAM_QUIRKS,
  ...MESSAGE_QUIRKS,
  ...PARAMETER_QUIRKS,
  ...FORMAT_QUIRKS,
  ...ANSWER_QUIRKS,
];
