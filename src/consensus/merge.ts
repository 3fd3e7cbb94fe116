import { cweShortName } from '#lib/cwe.ts';
import { groupBy } from '#lib/group-by.ts';
import type { AnchoredBy, Candidate } from '#model/candidate.ts';
import type { Contributor, Finding } from '#model/finding.ts';
import { compareSeverity, type Severity } from '#model/severity.ts';
import type { Cluster } from './cluster.ts';
import { cweDepth } from './cwe-tree.ts';

/** What a finding says about the weakness itself, before it has a name, a vote and a place in the review. */
export type Merged = Pick<
  Finding,
  | 'cwe'
  | 'title'
  | 'message'
  | 'severity'
  | 'confidence'
  | 'path'
  | 'startLine'
  | 'endLine'
  | 'evidence'
  | 'anchoredBy'
  | 'hunkId'
  | 'fix'
  | 'models'
> & {
  /** The line of `evidence`; the range may begin above it. */
  readonly evidenceLine: number;
};

const ANCHORS: readonly AnchoredBy[] = ['evidence', 'nearest-evidence', 'number', 'hunk'];

/**
 * Makes one statement of the claims of a cluster: highest confidence, longest message, widest range, severity by
 * weighted median. The place and the quoted line are those of the claim with the best anchor; the range is never
 * wider than that claim's hunk, because a comment cannot be. `cwe` is that of `chooseCwe`.
 */
export function mergeCluster(cluster: Cluster, cwe: string | null, weightOf: (modelId: string) => number): Merged {
  const ranked = cluster.claims.toSorted(
    (a, b) =>
      ANCHORS.indexOf(a.anchoredBy) - ANCHORS.indexOf(b.anchoredBy) || compareConfidence(a, b) || weightOf(b.modelId) - weightOf(a.modelId),
  );
  const main = ranked[0] ?? cluster.claims[0];
  const sameHunk = cluster.claims.filter(({ hunkId }) => hunkId === main.hunkId);
  return {
    cwe,
    title: chooseTitle(ranked, cwe),
    message: longest(cluster.claims.map(({ message }) => message.trim())),
    severity: medianSeverity(cluster.claims, weightOf),
    confidence: highest(cluster.claims),
    path: cluster.path,
    startLine: Math.min(...sameHunk.map(({ startLine }) => startLine)),
    endLine: Math.max(...sameHunk.map(({ endLine }) => endLine)),
    evidence: main.evidence,
    evidenceLine: main.startLine,
    anchoredBy: main.anchoredBy,
    hunkId: main.hunkId,
    fix: ranked.find(({ fix }) => fix !== null && fix.trim() !== '')?.fix?.trim() ?? null,
    models: listContributors(cluster.claims),
  };
}

/** The CWE that most models name; of equally named ones the more specific. */
export function chooseCwe(claims: readonly Candidate[], weightOf: (modelId: string) => number): string | null {
  const backers = new Map<string, Set<string>>();
  for (const { cwe, modelId } of claims) if (cwe !== null) backers.set(cwe, (backers.get(cwe) ?? new Set()).add(modelId));
  const weight = (models: Set<string>) => [...models].reduce((sum, model) => sum + weightOf(model), 0);
  const [best] = [...backers].toSorted(
    ([a, forA], [b, forB]) => forB.size - forA.size || cweDepth(b) - cweDepth(a) || weight(forB) - weight(forA) || (a < b ? -1 : 1),
  );
  return best?.[0] ?? null;
}

/** A title that speaks of the chosen CWE, from the best anchored claim that has one; else the CWE's own name. */
function chooseTitle(ranked: readonly Candidate[], cwe: string | null): string {
  const titled = ranked.filter(({ title }) => title.trim() !== '');
  const title = (titled.find((claim) => claim.cwe === cwe) ?? titled[0])?.title.trim();
  return title ?? (cwe === null ? null : cweShortName(cwe)) ?? 'Security weakness';
}

/** One severity for each model (its worst), the middle one by weight; between two middles, the worse. */
function medianSeverity(claims: readonly Candidate[], weightOf: (modelId: string) => number): Severity {
  const worst = new Map<string, Severity>();
  for (const { modelId, severity } of claims) {
    const known = worst.get(modelId);
    if (known === undefined || compareSeverity(severity, known) < 0) worst.set(modelId, severity);
  }
  const votes = [...worst].map(([modelId, severity]) => ({ severity, weight: weightOf(modelId) }));
  const total = votes.reduce((sum, { weight }) => sum + weight, 0);
  const weigh = total > 0 ? (vote: { weight: number }) => vote.weight / total : () => 1 / votes.length;
  let sum = 0;
  for (const vote of votes.toSorted((a, b) => compareSeverity(a.severity, b.severity))) {
    sum += weigh(vote);
    if (sum >= 0.5 - Number.EPSILON) return vote.severity;
  }
  return 'info';
}

/** One row for each model and role: its most confident claim. */
function listContributors(claims: readonly Candidate[]): Contributor[] {
  const bySeat = groupBy(claims, ({ modelId, role }) => JSON.stringify([modelId, role]));
  return [...bySeat.keys()].toSorted().flatMap((seat) => {
    const [claim] = (bySeat.get(seat) ?? []).toSorted((a, b) => compareConfidence(a, b) || compareSeverity(a.severity, b.severity));
    if (claim === undefined) return [];
    const { modelId, role, confidence, severity, message, anchoredBy, named } = claim;
    const said = { id: modelId, role, confidence, severity, verdict: 'reported' as const, message: message.trim() };
    return [{ ...said, anchoredBy, ...(named !== null && { named }) }];
  });
}

/** Most confident first; a confidence that was not stated comes last. */
function compareConfidence(a: Candidate, b: Candidate): number {
  return (b.confidence ?? -1) - (a.confidence ?? -1);
}

function highest(claims: readonly Candidate[]): number | null {
  const stated = claims.flatMap(({ confidence }) => (confidence === null ? [] : [confidence]));
  return stated.length === 0 ? null : Math.max(...stated);
}

/** The longest text; of equally long ones the first in code-unit order, so that arrival plays no part. */
function longest(texts: readonly string[]): string {
  return texts.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))[0] ?? '';
}
