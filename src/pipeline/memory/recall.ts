import { weaknessFamily } from '#consensus/cwe-tree.ts';
import type { Case } from '#consensus/docket.ts';
import { shortIds } from '#consensus/fingerprint.ts';
import { identify } from '#consensus/identify.ts';
import { type Recalled, rankFindings } from '#consensus/reach-consensus.ts';
import { createSuppressor } from '#consensus/suppress.ts';
import { groupBy } from '#lib/group-by.ts';
import { decideFindings } from '#lifecycle/decide-findings.ts';
import { listIgnores } from '#lifecycle/obey-ignores.ts';
import { stateOf } from '#lifecycle/settle-findings.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Finding } from '#model/finding.ts';
import type { InlineIgnore } from '#model/lifecycle.ts';
import type { Outline } from '#model/outline.ts';
import type { Plan } from '#model/plan.ts';
import type { RecordedMemory } from '#model/scan-record.ts';

export interface RecallInput {
  readonly plan: Pick<Plan, 'review' | 'suppress' | 'overrides'>;
  readonly change: ChangeSet;
  readonly outlines: ReadonlyMap<string, Outline | null>;
  readonly today: string;
  readonly mask: (text: string) => string;
}

/** What is remembered, put to use: the same for a scan and for its replay. */
export interface Recollection extends Recalled {
  /** The cases without those that are carried over as findings already. */
  readonly docket: readonly Case[];
  takesPlace(one: Case): boolean;
  /** All findings of the scan: those of the consensus and those that were carried over, with names, states and reasons. */
  settle(findings: readonly Finding[]): readonly Finding[];
  ignoresOf(findings: readonly Finding[]): readonly InlineIgnore[];
}

export function recall(
  docket: readonly Case[],
  memory: RecordedMemory,
  { plan, change, outlines, today, mask }: RecallInput,
): Recollection {
  const own = new Map(
    identify(
      docket.map(({ merged }) => merged),
      change,
      outlines,
    ).map((fingerprint, at) => [docket[at], fingerprint]),
  );
  const ownOf = (one: Case) => own.get(one) ?? '';
  const nameOf = (one: Case) => memory.names[one.id] ?? ownOf(one);
  const decisions = decideFindings({ ...memory, goneFiles: new Set(memory.goneFiles), change });
  const suppress = createSuppressor(plan, change, today, decisions);
  const suppressionOf = (one: Case) =>
    suppress({ ...one.merged, evidence: mask(one.merged.evidence), fingerprint: nameOf(one), own: ownOf(one) });
  const states = new Map(memory.known.map(({ fingerprint, state }) => [fingerprint, state]));

  return {
    docket: docket.filter((one) => !isCarried(one, memory.carried)),
    nameOf,
    suppressionOf,
    takesPlace: (one) => suppressionOf(one).suppressedBy === null,
    settle(findings) {
      const carried = memory.carried.map((finding) => ({ ...finding, ...suppress({ ...finding, own: finding.fingerprint }) }));
      const kept = new Set(carried.map(({ fingerprint }) => fingerprint));
      const all = [...findings.map((finding) => placeInHunk(finding, change)), ...carried].map((finding) => {
        const before = states.get(finding.fingerprint) ?? (kept.has(finding.fingerprint) ? 'open' : null);
        return { ...finding, state: stateOf(finding, before) };
      });
      return rankFindings(nameForPeople(all, memory));
    },
    ignoresOf: (findings) => listIgnores(memory.found, findings, memory.ignores),
  };
}

/** A claim on code around its own hunk that says what is known of a hunk that was carried over. */
function isCarried({ merged }: Case, carried: readonly Finding[]): boolean {
  const { path, startLine, endLine, cwe, hunkId } = merged;
  return (
    hunkId === null &&
    carried.some(
      (one) => one.path === path && one.startLine <= endLine && startLine <= one.endLine && weaknessFamily(one.cwe) === weaknessFamily(cwe),
    )
  );
}

/** Other code around a hunk may belong to one that was carried over: with it the finding is carried over the next time. */
function placeInHunk(finding: Finding, change: ChangeSet): Finding {
  if (finding.hunkId !== null) return finding;
  const file = change.files.find(({ path }) => path === finding.path);
  const hunk = file?.hunks.find(({ newStart, newLines }) => newStart <= finding.endLine && finding.startLine < newStart + newLines);
  return hunk === undefined ? finding : { ...finding, hunkId: hunk.id };
}

/** A finding that people know keeps its short name; no other one gets it. */
function nameForPeople(findings: readonly Finding[], { known, carried }: RecordedMemory): readonly Finding[] {
  const ids = new Map([...known, ...carried].map(({ fingerprint, id }) => [fingerprint, id]));
  const first = new Map([...groupBy(findings, ({ fingerprint }) => ids.get(fingerprint) ?? null)].map(([id, [one]]) => [id, one]));
  const keeps = (finding: Finding) => {
    const id = ids.get(finding.fingerprint) ?? null;
    return id !== null && first.get(id) === finding;
  };
  const fresh = findings.filter((finding) => !keeps(finding));
  const made = shortIds(
    fresh.map(({ fingerprint }) => fingerprint),
    new Set(ids.values()),
  );
  const names = new Map(fresh.map((finding, at) => [finding, made[at]]));
  return findings.map((finding) => ({ ...finding, id: names.get(finding) ?? ids.get(finding.fingerprint) ?? finding.id }));
}
