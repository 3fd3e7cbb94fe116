import type { Candidate } from '#model/candidate.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Finding } from '#model/finding.ts';
import type { Execution } from '#model/outcome.ts';
import type { Outline } from '#model/outline.ts';
import type { Plan } from '#model/plan.ts';
import { compareSeverity } from '#model/severity.ts';
import type { Strategy } from '#ports/strategy.ts';
import { clusterCandidates } from './cluster.ts';
import { callKey, drawBallot, type Electorate, weightOf } from './elect.ts';
import { fingerprintOf, type Identity, shortIds } from './fingerprint.ts';
import { type Merged, mergeCluster } from './merge.ts';
import { indexViews, isVotingRole } from './panel.ts';
import { createSuppressor } from './suppress.ts';

export interface ConsensusInput {
  readonly candidates: readonly Candidate[];
  readonly executions: readonly Execution[];
  readonly chunks: readonly Chunk[];
  readonly change: ChangeSet;
  readonly strategy: Strategy;
  readonly plan: Pick<Plan, 'seats' | 'reserves' | 'consensus' | 'review' | 'suppress'>;
  /** Outline of each file by path; a file that is missing or null has no known symbols. */
  readonly outlines: ReadonlyMap<string, Outline | null>;
  /** `YYYY-MM-DD`: decides which suppression rules still hold. */
  readonly today: string;
}

/** An attempt to steer the models: models that obeyed it would vote it down, so it is reported without a vote. */
const STEERING = { cwe: 'CWE-1427', severity: 'medium' } as const;

/** Decides which claims become findings: worst first, those that do not count last. */
export function reachConsensus(input: ConsensusInput): readonly Finding[] {
  const { plan, strategy } = input;
  const electorate: Electorate = {
    // A model that stood in has a vote of its own; a reserve that was not asked has answered nowhere.
    seats: [...plan.seats, ...plan.reserves],
    consensus: plan.consensus,
    views: indexViews(input.chunks),
    answered: new Set(input.executions.filter(({ outcome }) => outcome.kind === 'answered').map(callKey)),
  };
  const clusters = clusterCandidates(input.candidates.filter(({ role }) => isVotingRole(role)));
  const kept = clusters.flatMap((cluster) => {
    const ballot = drawBallot(cluster, electorate);
    const claimed = mergeCluster(cluster, (modelId) => weightOf(modelId, electorate));
    const steering = claimed.cwe === STEERING.cwe;
    if (!strategy.keep(ballot) && !steering) return [];
    // A model that half obeys would call the attempt harmless.
    const merged = steering ? { ...claimed, severity: STEERING.severity } : claimed;
    return [{ merged, votes: { for: ballot.votesFor.length, of: ballot.electorate.length } }];
  });

  const suppress = createSuppressor(plan, input.change, input.today);
  const fingerprints = identify(
    kept.map(({ merged }) => merged),
    input,
  );
  const ids = shortIds(fingerprints);
  const findings = kept.map(({ merged, votes }, index): Finding => {
    const fingerprint = fingerprints[index] ?? '';
    return {
      id: ids[index] ?? fingerprint,
      fingerprint,
      ...merged,
      side: 'RIGHT',
      explanation: null,
      replacement: null,
      notes: [],
      state: 'new',
      ...suppress(merged),
      votes,
    };
  });
  return findings.toSorted(compareFindings);
}

/** Fingerprints in the order given. Equal findings are told apart by the order of their lines. */
function identify(findings: readonly Merged[], { change, outlines }: ConsensusInput): string[] {
  const originals = new Map(change.files.map(({ path, oldPath, status }) => [path, status === 'renamed' ? (oldPath ?? path) : path]));
  const identities = findings.map((finding): Identity => {
    const { path, startLine, cwe, evidence } = finding;
    return { file: originals.get(path) ?? path, cwe, evidence, symbol: symbolAt(outlines.get(path) ?? null, startLine), occurrence: 0 };
  });
  const seen = new Map<string, number>();
  const fingerprints = new Array<string>(findings.length);
  const inLineOrder = [...findings.entries()].toSorted(
    ([, a], [, b]) => a.startLine - b.startLine || a.endLine - b.endLine || ((a.cwe ?? '') < (b.cwe ?? '') ? -1 : 1),
  );
  for (const [index] of inLineOrder) {
    const identity = identities[index];
    if (identity === undefined) continue;
    const first = fingerprintOf(identity);
    const occurrence = seen.get(first) ?? 0;
    seen.set(first, occurrence + 1);
    fingerprints[index] = occurrence === 0 ? first : fingerprintOf({ ...identity, occurrence });
  }
  return fingerprints;
}

/** Name of the innermost symbol around a line: an outline lists inner ones after outer ones. */
function symbolAt(outline: Outline | null, line: number): string {
  return outline?.symbols.findLast(({ startLine, endLine }) => startLine <= line && line <= endLine)?.name ?? '';
}

/** What counts first, then worst, then most confident (a confidence that was not stated last), then by place. */
function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(a.suppressedBy !== null) - Number(b.suppressedBy !== null) ||
    compareSeverity(a.severity, b.severity) ||
    (b.confidence ?? -1) - (a.confidence ?? -1) ||
    b.votes.for - a.votes.for ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
    a.startLine - b.startLine ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}
