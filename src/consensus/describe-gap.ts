import type { Execution, OutcomeKind } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';

/** A seat that owed an opinion on a chunk and gave none in full, with everybody who was asked for it, in order. */
export interface Gap {
  readonly seat: Seat;
  readonly turns: readonly Execution[];
}

/** True where the budget kept somebody from being asked. */
export function isForBudget({ turns }: Gap): boolean {
  return turns.some(({ outcome }) => outcome.kind === 'skipped');
}

/**
 * What kept the seats from a full opinion, as a clause: `a refused (policy); b, in its place, did not answer (no
 * route)`. Where the budget alone did, and nobody else read the hunk, its reason is all: `the budget of $0.50 is spent`.
 */
export function describeGaps(gaps: readonly Gap[], someRead: boolean): string {
  const skips = gaps.flatMap(({ turns: [own, ...others] }) =>
    own?.outcome.kind === 'skipped' && others.length === 0 ? [trim(own.outcome.reason)] : [],
  );
  const clauses = !someRead && skips.length === gaps.length ? skips : gaps.map(describeGap);
  return [...new Set(clauses)].join('; ');
}

function describeGap({ seat, turns: [own, ...others] }: Gap): string {
  if (own === undefined) return `${seat.model.model_id} was not asked`;
  return [`${own.modelId} ${faultOf(own)}`, ...others.map((other) => `${other.modelId}, in its place, ${faultOf(other)}`)].join('; ');
}

const FAULTS: Readonly<Record<Exclude<OutcomeKind, 'answered' | 'skipped'>, string>> = {
  failed: 'did not answer',
  refused: 'refused',
  truncated: 'was cut off',
  unreadable: 'gave no readable answer',
};

function faultOf({ outcome }: Execution): string {
  if (outcome.kind === 'answered') return 'answered';
  const reason = trim(outcome.reason);
  return outcome.kind === 'skipped' ? `was not asked, because ${reason}` : `${FAULTS[outcome.kind]} (${reason})`;
}

const trim = (reason: string) => reason.replace(/[.]$/, '');
