import type { ChangeSet } from '#model/change-set.ts';
import { type Contributor, counts, type Finding } from '#model/finding.ts';
import type { Outline } from '#model/outline.ts';
import type { Plan } from '#model/plan.ts';
import type { Case } from './docket.ts';
import { shortIds } from './fingerprint.ts';
import { identify } from './identify.ts';
import { compareRank, type Ranked } from './rank.ts';
import { type HeardVerdict, type Hearing, type Judged, runSteps, type StrategyOf } from './run-steps.ts';
import { createSuppressor, type Suppression } from './suppress.ts';

export interface ConsensusInput {
  readonly plan: Pick<Plan, 'consensus' | 'review' | 'suppress'> & Partial<Pick<Plan, 'overrides'>>;
  readonly strategyOf: StrategyOf;
  readonly change: ChangeSet;
  /** Outline of each file by path; a file that is missing or null has no known symbols. */
  readonly outlines: ReadonlyMap<string, Outline | null>;
  /** `YYYY-MM-DD`: decides which suppression rules still hold. */
  readonly today: string;
}

export interface Consensus {
  /** Worst first, those that do not count last. */
  readonly findings: readonly Finding[];
  /** True where the fall-back strategy decided a case in the place of a judge that gave no readable answer. */
  readonly fellBack: boolean;
  /** Absent where no judge was asked. */
  readonly judged?: Judged;
}

/** Decides which cases become findings. `hearing` is null where no judge was asked. */
export function reachConsensus(docket: readonly Case[], hearing: Hearing | null, input: ConsensusInput): Consensus {
  const { plan, strategyOf, change, outlines, today } = input;
  const claimed = docket.map(({ merged }) => merged);
  const fingerprints = new Map(identify(claimed, change, outlines).map((fingerprint, at) => [docket[at], fingerprint]));
  const suppress = createSuppressor(plan, change, today);
  const suppressions = new Map(docket.map((one) => [one, suppress(one.merged)]));
  const takesPlace = (one: Case) => suppressions.get(one)?.suppressedBy === null;

  const { kept, verdicts, judged } = runSteps(docket, plan.consensus, { strategyOf, hearing, takesPlace });
  const ids = shortIds(kept.map((one) => fingerprints.get(one) ?? ''));
  const findings = kept.map((one, at) => {
    const fingerprint = fingerprints.get(one) ?? '';
    const name = { id: ids[at] ?? fingerprint, fingerprint };
    return makeFinding(one, name, verdicts.get(one.id), suppressions.get(one) ?? suppress(one.merged));
  });
  return {
    findings: findings.toSorted((a, b) => Number(!counts(a)) - Number(!counts(b)) || compareRank(rankOf(a), rankOf(b))),
    fellBack: judged !== null && judged.unheard > 0,
    ...(judged !== null && { judged }),
  };
}

function makeFinding(
  { merged, ballot }: Case,
  name: Pick<Finding, 'id' | 'fingerprint'>,
  verdict: HeardVerdict | undefined,
  suppression: Suppression,
): Finding {
  const { evidenceLine: _, ...said } = merged;
  return {
    ...name,
    ...said,
    side: 'RIGHT',
    explanation: null,
    replacement: null,
    notes: [],
    state: 'new',
    ...suppression,
    models: verdict === undefined ? merged.models : [...merged.models, judgeOf(verdict, merged)],
    votes: { for: ballot.votesFor.length, of: ballot.electorate.length },
  };
}

/** The judge's part in a finding. Its severity is shown, and changes nothing. */
function judgeOf({ modelId, verdict, confidence, severity, reason }: HeardVerdict, finding: Pick<Finding, 'severity'>): Contributor {
  return { id: modelId, role: 'judge', confidence, severity: severity ?? finding.severity, verdict, message: reason };
}

function rankOf({ severity, confidence, path, startLine, votes, fingerprint }: Finding): Ranked {
  return { severity, confidence, path, startLine, votes: votes.for, name: fingerprint };
}
