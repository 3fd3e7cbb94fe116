import { z } from 'zod';
import { type ClassificationAnswer, classificationAnswerSchema } from '#lib/classification-answer.ts';
import type { Claim } from '#model/candidate.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { MAX_CLAIMS } from './_claim/gather.ts';
import { claimOfLabel } from './_labels/claim-of-label.ts';
import { judgeLabels, type LabelScore, sayUnknownLabels } from './_labels/judge-labels.ts';
import { type LabelConfig, labelConfig } from './_labels/label-config.ts';
import { readAnswerJson, sayNoAnswer } from './_labels/read-answer-json.ts';

const config = labelConfig();

/** Reads the labels of a text classifier. Its answer has no words: lines and message are made from the labels. */
export const hfClassification: Parser = {
  id: 'hf_classification',
  aliases: ['text_classification'],
  summary: 'Labels and scores of a text classifier: a positive label at the threshold is a finding.',
  config,
  open(settings) {
    const labels = config.parse(settings);
    return { read: (text) => parseLabels(text, labels) };
  },
};

/** Labels of one text, and the lines that it was, where the answer says so. */
interface Window {
  readonly place: Omit<ClassificationAnswer['classifications'][number], 'labels'> | null;
  readonly labels: readonly LabelScore[];
}

const labelSchema = z.object({ label: z.string().min(1), score: z.number().min(0).max(1) });
/** `{ labels: […], scores: […] }`, as zero-shot classifiers answer. */
const columnsSchema = z
  .object({ labels: z.array(z.string().min(1)).min(1), scores: z.array(z.number().min(0).max(1)) })
  .refine(({ labels, scores }) => labels.length === scores.length);

/**
 * Several windows: those that were found safe do not speak for one that could not be judged, and the score is that of the
 * most suspicious.
 */
function parseLabels(text: string, config: LabelConfig): ParseResult {
  const answer = readAnswerJson(text);
  const windows = readWindows(answer);
  if (windows === null) return { kind: 'unreadable', reason: sayNoAnswer(text, answer, 'a list of labels with scores') };
  const claims: Claim[] = [];
  const unknown = new Set<string>();
  let score = 0;
  for (const { place, labels } of windows) {
    const judged = judgeLabels(labels, config);
    if (judged.kind === 'judged') {
      claims.push(...judged.positive.map((label) => claimOfLabel(label, place, config)));
      score = Math.max(score, judged.score);
    } else for (const label of judged.labels) unknown.add(label);
  }
  if (unknown.size > 0 && claims.length === 0) return { kind: 'unreadable', reason: sayUnknownLabels([...unknown]) };
  return { kind: 'parsed', claims: claims.slice(0, MAX_CLAIMS), cut: unknown.size > 0 || claims.length > MAX_CLAIMS, score };
}

/** Our own form, or what Hugging Face's APIs answer for one input or for a list of them; null for anything else. */
function readWindows(answer: unknown, many = true): readonly Window[] | null {
  const own = classificationAnswerSchema.safeParse(answer);
  if (own.success) return own.data.classifications.map(({ labels, ...place }) => ({ place, labels }));
  const columns = columnsSchema.safeParse(answer);
  if (columns.success) {
    const { labels, scores } = columns.data;
    return [{ place: null, labels: labels.map((label, index) => ({ label, score: scores[index] ?? 0 })) }];
  }
  const rows = z
    .array(labelSchema)
    .min(1)
    .safeParse(Array.isArray(answer) ? answer : [answer]);
  if (rows.success) return splitRepeated(rows.data).map((labels) => ({ place: null, labels }));
  if (!many || !Array.isArray(answer) || answer.length === 0) return null;
  const inner = answer.map((one) => readWindows(one, false));
  return inner.some((one) => one === null) ? null : inner.flatMap((one) => one ?? []);
}

/** A text has each label once. Where one repeats, each row is the best label of another text. */
function splitRepeated(rows: readonly LabelScore[]): readonly (readonly LabelScore[])[] {
  return new Set(rows.map(({ label }) => label)).size === rows.length ? [rows] : rows.map((row) => [row]);
}
