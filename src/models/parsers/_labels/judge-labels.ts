import { hasLabel, type LabelConfig } from './label-config.ts';

export interface LabelScore {
  readonly label: string;
  /** 0..1 */
  readonly score: number;
}

/** `positive`: empty when the text was found safe. `score`: how likely the positive labels are, also below the threshold. */
export type Judgement =
  | { readonly kind: 'judged'; readonly positive: readonly LabelScore[]; readonly score: number }
  /** The labels leave open what the model found: those in neither list. */
  | { readonly kind: 'unknown-labels'; readonly labels: readonly string[] };

/** Scores of classes that rule each other out are shares of one, give or take what rounding leaves; others are not added up. */
const WHOLE = 1.01;

/**
 * What the labels of one text say. A positive label at the threshold is a claim. Silence is no approval: a label that is
 * in neither list must stand below the threshold, beside a known one that rules the positive ones out. Where the only
 * label given is a negative one, the positive class has the rest of its score, because such models have two classes.
 */
export function judgeLabels(labels: readonly LabelScore[], config: LabelConfig): Judgement {
  const positive = labels.filter(({ label }) => hasLabel(config.positive_labels, label));
  const claimed = positive.filter(({ score }) => score >= config.threshold);
  const whole = labels.reduce((sum, { score }) => sum + score, 0) <= WHOLE;
  const share = positive.reduce((sum, { score }) => (whole ? Math.min(1, sum + score) : Math.max(sum, score)), 0);
  if (claimed.length > 0) return { kind: 'judged', positive: claimed, score: share };

  const negative = labels.filter(({ label }) => hasLabel(config.negative_labels, label));
  const unknown = labels.filter((one) => !positive.includes(one) && !negative.includes(one));
  const safe = Math.max(0, ...negative.map(({ score }) => score));
  const [onlyPositive = 'VULNERABLE'] = config.positive_labels;
  if (unknown.length === 0) {
    const rest = { label: onlyPositive, score: 1 - safe };
    if (positive.length > 0) return { kind: 'judged', positive: [], score: share };
    return { kind: 'judged', positive: rest.score >= config.threshold ? [rest] : [], score: rest.score };
  }
  const ruledOut = positive.length > 0 || 1 - safe < config.threshold;
  if (ruledOut && unknown.every(({ score }) => score < config.threshold))
    return { kind: 'judged', positive: [], score: positive.length > 0 ? share : 1 - safe };
  return { kind: 'unknown-labels', labels: [...new Set(unknown.map(({ label }) => label))] };
}

/** One clause that names the labels, a few of them, and the setting that would make them known. */
export function sayUnknownLabels(labels: readonly string[]): string {
  const named = labels.slice(0, 5).map((label) => JSON.stringify(label.slice(0, 60).toWellFormed()));
  const more = labels.length > named.length ? ` and ${labels.length - named.length} more` : '';
  return `the model answered with labels that stand in neither positive_labels nor negative_labels: ${named.join(', ')}${more}`;
}
