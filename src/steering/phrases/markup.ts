import type { SignalKind } from './phrases.ts';

/** One of our answers that says nothing, as JSON or as JSON in a string. */
const QUOTE = '[\\\\"\']{0,4}';
const NOTHING_FOUND = `\\{?\\s{0,4}\\\\?(?:["']findings${QUOTE}\\s?:\\s?\\[\\s?\\]|["']suspicious${QUOTE}\\s?:\\s?false|verdicts?${QUOTE}\\s?:\\s?(?:${QUOTE}rejected|\\[\\s?\\])|verdict ${QUOTE}rejected)`;

/** Signs that are the same in every language. */
export const MARKUP: Readonly<Partial<Record<SignalKind, readonly RegExp[]>>> = {
  reader: [/^[^\p{L}\p{N}\n]{0,12}(?:Assistant|Model|Judge|Reviewer)\s?[:,] \p{L}/gmu],
  fence: [
    // Behind the signs of a comment only: code and prose about the fence quote it.
    /^[ \t/*#;%!<-]{0,12}<<<\s?UNTRUSTED(?![^\n]{0,3}[$<{"'`])/gimu,
    /^[ \t/*#;%!<-]{0,12}UNTRUSTED\s?[0-9a-f]{0,64}\s?>{3,}/gimu,
    /^[ \t]{0,8}File: \S{1,200}\n[ \t]{0,8}L?\d{1,7} [+ -] /gmu,
  ],
  markup: [
    /<[|｜]{1,2}\s?(?:im_start|im_end|im_sep|system|user|assistant|end|eot_id|start_header_id|end_header_id|endoftext|begin_of_text)\s?[|｜]{1,2}>/giu,
    /\[\/?(?:INST|SYSTEM|SYS)\]/gu,
    /<<\/?SYS>>/gu,
    /<\/?(?:system|assistant|user|human|instructions?|untrusted(?:_\w{1,20})?)>/giu,
    /<(?:start|end)_of_turn>/giu,
    /^[^\p{L}\p{N}]{0,12}#{2,4} ?(?:System|Instructions?|Assistant|Response)\s?:?\s?$/gimu,
    /^[^\p{L}\p{N}]{0,12}(?:SYSTEM|System|Human|User|Assistant)\s?:/gmu,
    /\[SYSTEM [\p{L} ]{1,30}\]/gu,
  ],
  answer: [
    // No sign of code between the order and the answer: `reply: '{"findings": []}'` is a test's.
    new RegExp(`(?<![\\p{L}\\p{N}_])(?:answer|respond|reply|output|print|say|emit|write)(?: [^.!?=(:;{]{0,40}?)? ${NOTHING_FOUND}`, 'giu'),
  ],
  literal: [new RegExp(NOTHING_FOUND, 'giu')],
};
