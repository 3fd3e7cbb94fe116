import { z } from 'zod';
import type { Parser } from '#ports/parser.ts';

/** Reads nothing, and says so: for a model whose answers are for people, such as one that only explains. */
export const fallback: Parser = {
  id: 'fallback',
  aliases: [],
  summary: 'Reads nothing: no findings, and every answer counts as unreadable.',
  config: z.strictObject({}),
  open: () => ({
    read: (text) => ({
      kind: 'unreadable',
      reason: text.trim() === '' ? 'the answer is empty' : 'the parser `fallback` reads no answer; give the model another one',
    }),
  }),
};
