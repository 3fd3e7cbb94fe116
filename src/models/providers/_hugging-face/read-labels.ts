import { z } from 'zod';
import type { ClassificationAnswer, TokenAnswer } from '#lib/classification-answer.ts';
import type { CodeWindow, ShownWindow } from '../_local/window-lines.ts';

type Labels = ClassificationAnswer['classifications'][number]['labels'];

const score = z.number().min(0).max(1);
const labelSchema = z.object({ label: z.union([z.string().min(1), z.number().transform(String)]), score });
const labelsSchema = z.array(labelSchema).min(1);
/** `[[…]]` from pipelines, `[…]` from text-embeddings-inference and for one label, one object from handlers of one's own. */
const answerSchema = z.union([
  labelsSchema,
  z.tuple([labelsSchema]).transform(([labels]) => labels),
  labelSchema.transform((label) => [label]),
]);

/** The labels of one text, in whichever of its forms the server answered. Null where it is none of them. */
export function readLabels(answer: unknown): Labels | null {
  return answerSchema.safeParse(answer).data ?? null;
}

const tokenSchema = z.object({
  entity_group: z.string().min(1).nullish(),
  entity: z.string().min(1).nullish(),
  score,
  word: z.string().nullish(),
  start: z.number().int().min(0).nullish(),
  end: z.number().int().min(0).nullish(),
});
const tokensSchema = z.array(tokenSchema);
const tokenAnswerSchema = z.union([tokensSchema, z.tuple([tokensSchema]).transform(([tokens]) => tokens)]);

/** The marked tokens of a window with their lines; those of lines that the window before has shown are its to tell. */
export function readTokens(answer: unknown, window: ShownWindow): TokenAnswer['tokens'] | null {
  const read = tokenAnswerSchema.safeParse(answer).data;
  if (read === undefined) return null;
  return read.flatMap(({ entity_group, entity, score, word, start, end }) => {
    const label = entity_group ?? entity;
    const place = placeOf(start ?? null, end ?? null, window);
    if (label == null || label === 'O' || place.endLine < window.freshLine) return [];
    return [{ path: window.path, ...place, entity: label, score, word: word ?? window.text.slice(start ?? 0, end ?? start ?? 0) }];
  });
}

/** Lines of a piece of a window, by its characters; all of its lines where the server does not say which. */
function placeOf(start: number | null, end: number | null, { text, startLine, endLine }: CodeWindow) {
  if (start === null) return { startLine, endLine };
  const lineAt = (offset: number) => Math.min(endLine, startLine + text.slice(0, offset).split('\n').length - 1);
  return { startLine: lineAt(start), endLine: lineAt(Math.max(start, (end ?? start) - 1)) };
}
