import { z } from 'zod';

/**
 * How our own classification providers word their answer, so that one parser reads them all. A classifier has no words
 * of its own: the provider knows which lines it showed, the model gives labels and scores.
 */

/** New-side lines of one file, 1-based, inclusive. */
const placeShape = {
  path: z.string().min(1),
  startLine: z.int().min(1),
  endLine: z.int().min(1),
};

const scoreSchema = z.number().min(0).max(1);

/**
 * `{"classifications":[{"path":"a.py","startLine":10,"endLine":42,"labels":[{"label":"LABEL_1","score":0.93}]}]}`: one
 * element for each window of code that was classified, with every label that the model scored, in any order. An empty
 * list says that the chunk has no line on the new side, so that there was nothing to classify; a window that could not be
 * classified is a fault of the call or a reply that ends with `length`, never an element that is missing.
 */
export const classificationAnswerSchema = z.strictObject({
  classifications: z.array(
    z.strictObject({ ...placeShape, labels: z.array(z.strictObject({ label: z.string().min(1), score: scoreSchema })).min(1) }),
  ),
});
export type ClassificationAnswer = z.infer<typeof classificationAnswerSchema>;

/**
 * `{"tokens":[{"path":"a.py","startLine":12,"endLine":12,"entity":"B-VULNERABLE","score":0.9,"word":"eval"}]}`: the
 * tokens or groups of tokens that have a label, in the order of the code. Tokens with the model's label for "nothing"
 * (`O`) may be left out; an empty list says that no token has another.
 */
export const tokenAnswerSchema = z.strictObject({
  tokens: z.array(z.strictObject({ ...placeShape, entity: z.string().min(1), score: scoreSchema, word: z.string() })),
});
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;
