import { sumUsage } from '#lib/sum-usage.ts';
import type { Opinion, Outcome } from '#model/outcome.ts';

/** One file's share of a chunk that a model was shown file by file. */
export interface FileOutcome {
  readonly path: string;
  readonly outcome: Outcome;
}

/**
 * One outcome of those for each file: `answered` only where every file was; `truncated`, with what was claimed, where
 * some were; else the first fault. A claim without a path is about its file. Never empty.
 */
export function mergeOutcomes(parts: readonly [FileOutcome, ...FileOutcome[]]): Outcome {
  const usage = sumUsage(parts.flatMap(({ outcome }) => (outcome.kind === 'skipped' ? [] : [outcome.usage])));
  const claims = parts.flatMap(({ path, outcome }) =>
    'claims' in outcome ? outcome.claims.map((claim) => ({ ...claim, path: claim.path ?? path })) : [],
  );
  const fault = parts.find(({ outcome }) => outcome.kind !== 'answered');
  if (fault === undefined) {
    const opinion = worstOpinion(parts.flatMap(({ outcome }) => (outcome.kind === 'answered' && outcome.opinion ? [outcome.opinion] : [])));
    return { kind: 'answered', claims, ...(opinion !== null && { opinion }), usage };
  }
  if (fault.outcome.kind === 'answered') throw new TypeError('a fault is no answer');
  const someRead = parts.some(({ outcome }) => outcome.kind === 'answered' || outcome.kind === 'truncated');
  if (someRead) return { kind: 'truncated', claims, reason: `${fault.path}: ${fault.outcome.reason}`, usage };
  return fault.outcome.kind === 'skipped' ? fault.outcome : { ...fault.outcome, usage };
}

/** The most suspicious triage: one bad file makes the chunk suspicious. */
function worstOpinion(opinions: readonly Opinion[]): Opinion | null {
  let worst: Opinion | null = null;
  for (const opinion of opinions) {
    if (worst === null || (worst.kind === 'triage' && opinion.kind === 'triage' && opinion.score > worst.score)) worst = opinion;
  }
  return worst;
}
