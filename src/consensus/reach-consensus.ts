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
  /** What earlier scans make of the cases; absent where none are known. */
  readonly recalled?: Recalled;
}

/** How a case is called, and whether it counts, by what is remembered. */
export interface Recalled {
  nameOf(one: Case): string;
  suppressionOf(one: Case): Suppression;
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
  const { plan, strategyOf } = input;
  const { nameOf, suppressionOf } = input.recalled ?? recallNothing(docket, input);
  const suppressions = new Map(docket.map((one) => [one, suppressionOf(one)]));
  const takesPlace = (one: Case) => suppressions.get(one)?.suppressedBy === null;

  const { kept, verdicts, judged } = runSteps(docket, plan.consensus, { strategyOf, hearing, takesPlace });
  const ids = shortIds(kept.map(nameOf));
  const findings = kept.map((one, at) => {
    const fingerprint = nameOf(one);
    const name = { id: ids[at] ?? fingerprint, fingerprint };
    return makeFinding(one, name, verdicts.get(one.id), suppressions.get(one) ?? suppressionOf(one));
  });
  return {
    findings: rankFindings(findings),
    fellBack: judged !== null && judged.unheard > 0,
    ...(judged !== null && { judged }),
  };
}

function recallNothing(docket: readonly Case[], { plan, change, outlines, today }: ConsensusInput): Recalled {
  const claimed = docket.map(({ merged }) => merged);
  const names = new Map(identify(claimed, change, outlines).map((fingerprint, at) => [docket[at], fingerprint]));
  const suppress = createSuppressor(plan, change, today);
  return { nameOf: (one) => names.get(one) ?? '', suppressionOf: ({ merged }) => suppress(merged) };
}

/** Worst first, those that do not count last. */
export function rankFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => Number(!counts(a)) - Number(!counts(b)) || compareRank(rankOf(a), rankOf(b)));
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
