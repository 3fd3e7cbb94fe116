/** A label with its probability. */
interface Scored {
  readonly label: string;
  readonly score: number;
}

/**
 * Every label of a text classifier with its probability, from one row of logits: one of several labels, or, where the
 * configuration says so or there is one only, each for itself.
 */
export function readLabels(logits: readonly number[], config: Readonly<Record<string, unknown>>): readonly Scored[] {
  const alone = logits.length === 1 || config['problem_type'] === 'multi_label_classification';
  const scores = alone ? logits.map((logit) => 1 / (1 + Math.exp(-logit))) : softmax(logits);
  return scores.map((score, at) => ({ label: labelOf(config, at), score: roundScore(score) }));
}

/** The name that the configuration gives to an output. */
export function labelOf({ id2label }: Readonly<Record<string, unknown>>, at: number): string {
  const name = (id2label as Record<string, unknown> | null | undefined)?.[String(at)];
  return typeof name === 'string' && name !== '' ? name : `LABEL_${at}`;
}

export function softmax(logits: readonly number[]): readonly number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Batches of other sizes differ in the last bits: what is told is the same all the same. */
export function roundScore(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 1e4) / 1e4;
}
