import { z } from 'zod';
import { tokenAnswerSchema } from '#lib/classification-answer.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { MAX_CLAIMS } from './_claim/gather.ts';
import { claimOfLabel } from './_labels/claim-of-label.ts';
import { sayUnknownLabels } from './_labels/judge-labels.ts';
import { hasLabel, type LabelConfig, labelConfig } from './_labels/label-config.ts';
import { mergeTokens, type Token } from './_labels/merge-tokens.ts';
import { readAnswerJson, sayNoAnswer } from './_labels/read-answer-json.ts';

/** `O`, "outside", is what the IOB scheme calls a token without an entity. */
const config = labelConfig(['O']);

/** Reads the labels of a token classifier: neighbouring tokens with a positive label become one range of lines. */
export const hfTokenClassification: Parser = {
  id: 'hf_token_classification',
  aliases: ['token_classification'],
  summary: 'Labels and scores of a token classifier: positive tokens become ranges of lines.',
  config,
  open(settings) {
    const labels = config.parse(settings);
    return { read: (text) => parseTokens(text, labels) };
  },
};

/** What Hugging Face's APIs answer: `entity_group` where the tokens were grouped, `entity` where not. */
const rowSchema = z
  .object({
    entity: z.string().min(1).nullish(),
    entity_group: z.string().min(1).nullish(),
    score: z.number().min(0).max(1),
    index: z.int().nullish(),
    word: z.string().nullish(),
    start: z.int().nullish(),
    end: z.int().nullish(),
  })
  .refine(({ entity, entity_group }) => (entity ?? entity_group ?? null) !== null);

/**
 * Tokens under the threshold and those with a negative label are left out, and no token at all is "no findings": such
 * models list what they mark. A label in neither list leaves open what the model found, unless it stands under the
 * threshold.
 */
function parseTokens(text: string, config: LabelConfig): ParseResult {
  const answer = readAnswerJson(text);
  const tokens = readTokens(answer);
  if (tokens === null) return { kind: 'unreadable', reason: sayNoAnswer(text, answer, 'a list of tokens with entities and scores') };
  const marked = tokens.filter(({ label, score }) => score >= config.threshold && !hasLabel(config.negative_labels, label));
  const unknown = new Set(marked.filter(({ label }) => !hasLabel(config.positive_labels, label)).map(({ label }) => label));
  const claims = mergeTokens(marked.filter(({ label }) => !unknown.has(label))).map(({ label, score, place, words }) =>
    claimOfLabel({ label, score }, place, config, words),
  );
  if (unknown.size > 0 && claims.length === 0) return { kind: 'unreadable', reason: sayUnknownLabels([...unknown]) };
  const score = tokens.reduce((most, token) => (hasLabel(config.positive_labels, token.label) ? Math.max(most, token.score) : most), 0);
  return { kind: 'parsed', claims: claims.slice(0, MAX_CLAIMS), cut: unknown.size > 0 || claims.length > MAX_CLAIMS, score };
}

function readTokens(answer: unknown): readonly Token[] | null {
  const own = tokenAnswerSchema.safeParse(answer);
  if (own.success) {
    return own.data.tokens.map(({ entity, score, word, ...place }) => ({ ...splitPrefix(entity), score, word, place, at: null }));
  }
  const rows = z.array(rowSchema).safeParse(Array.isArray(answer) && answer.length === 1 && Array.isArray(answer[0]) ? answer[0] : answer);
  if (!rows.success) return null;
  return rows.data.map(({ entity, entity_group, score, word, index, start, end }) => ({
    ...splitPrefix(entity ?? entity_group ?? ''),
    score,
    word: word ?? '',
    place: null,
    at: { index: index ?? null, start: start ?? null, end: end ?? null },
  }));
}

/** `B-VULNERABLE` → `VULNERABLE`, and that an entity begins; also the marks of the IOBES and BILOU schemes. */
function splitPrefix(entity: string): { readonly label: string; readonly begins: boolean } {
  const [, mark, label] = /^([BIESLU])[-_](.+)$/s.exec(entity) ?? [];
  return { label: label ?? entity, begins: mark === 'B' || mark === 'S' || mark === 'U' };
}
