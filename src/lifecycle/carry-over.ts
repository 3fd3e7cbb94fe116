import { hunkKey } from '#consensus/hunk-places.ts';
import { groupBy } from '#lib/group-by.ts';
import { matchPaths } from '#lib/match-paths.ts';
import type { ChangedFile, ChangeSet, Hunk } from '#model/change-set.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import { languageOf } from '#model/language.ts';
import type { History } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import { alignLists } from './align-lists.ts';
import { pairFiles } from './pair-files.ts';
import { shiftFinding } from './shift-finding.ts';

/** What an earlier scan has reviewed already. */
export interface CarriedOver {
  /** One entry for each hunk that is carried over. */
  readonly ledger: readonly LedgerEntry[];
  /** What the earlier scan found in these hunks, on the lines of now. */
  readonly findings: readonly Finding[];
  /** The selected files without these hunks; those that have no other are left out. */
  readonly rest: readonly ChangedFile[];
}

/** The new change, the files of it that are to be reviewed, and what is known of the scan before. */
export interface CarryInput {
  readonly change: ChangeSet;
  readonly selected: readonly ChangedFile[];
  readonly history: History | null;
  readonly plan: Pick<Plan, 'review' | 'overrides' | 'instructions'>;
  /** See `planKey`. */
  readonly planKey: string;
}

/**
 * Takes over what is as it was: a hunk with the same lines in the same file, which the scan before had reviewed under the
 * same plan. Hunks are compared in their order, one to one, wherever they stand by now. What a rename puts under other
 * rules of the plan is reviewed again.
 */
export function carryOver({ change, selected, history, plan, planKey }: CarryInput): CarriedOver {
  const carry = history?.carry ?? null;
  const before = history?.change ?? null;
  if (carry === null || before === null || carry.planKey !== planKey || change.mode === 'files' || before.mode === 'files') {
    return { ledger: [], findings: [], rest: selected };
  }
  const pairs = pairFiles(before, change);
  const entries = new Map(carry.ledger.map((entry) => [hunkKey(entry), entry]));
  const findings = groupBy(carry.findings, hunkKey);
  const treatmentOf = createTreatment(plan);
  const carried = selected.map((file) => {
    const earlier = pairs.get(file);
    if (earlier === undefined || (earlier.path !== file.path && treatmentOf(earlier.path) !== treatmentOf(file.path))) return [];
    const same = pairHunks(earlier, file).flatMap(({ then, now }) => {
      const entry = entries.get(hunkKey({ path: earlier.path, hunkId: then.id }));
      return entry?.status === 'reviewed' ? [{ entry, then, now, file, earlier }] : [];
    });
    const beside = findings.get(hunkKey({ path: earlier.path, hunkId: null })) ?? [];
    return plan.review.scope === 'file' && !isWhole(file, earlier, same.length, beside) ? [] : same;
  });
  const hunks = carried.flat();
  const done = new Set(hunks.map(({ now }) => now));
  return {
    ledger: hunks.map(({ entry, now, file }) => ({ ...entry, path: file.path, hunkId: now.id, carried: true })),
    findings: hunks.flatMap(({ then, now, file, earlier }) =>
      (findings.get(hunkKey({ path: earlier.path, hunkId: then.id })) ?? []).map((finding) =>
        shiftFinding(finding, { path: file.path, hunkId: now.id, shift: now.newStart - then.newStart }),
      ),
    ),
    rest: selected.flatMap((file) => {
      const open = file.hunks.filter((hunk) => !done.has(hunk));
      return open.length === file.hunks.length ? [file] : open.length === 0 ? [] : [{ ...file, hunks: open }];
    }),
  };
}

/**
 * Where all of a file is looked at, what lies between its hunks cannot be told apart by them: such a file is carried over
 * as a whole, and only where nothing was found outside of its hunks.
 */
function isWhole(file: ChangedFile, earlier: ChangedFile, same: number, beside: readonly Finding[]): boolean {
  const found = beside.some(({ suppressedBy }) => suppressedBy !== 'outside-scope');
  return same === file.hunks.length && same === earlier.hunks.length && !found;
}

function pairHunks(earlier: ChangedFile, file: ChangedFile): { readonly then: Hunk; readonly now: Hunk }[] {
  const stretches = alignLists(earlier.hunks.map(writeHunk), file.hunks.map(writeHunk)) ?? [];
  return stretches
    .filter(({ equal }) => equal)
    .flatMap(({ before, after }) =>
      earlier.hunks.slice(before.from, before.to).flatMap((then, at) => {
        const now = file.hunks[after.from + at];
        return now === undefined ? [] : [{ then, now }];
      }),
    );
}

/** Marks and texts; where the lines stand does not matter. */
function writeHunk({ lines }: Hunk): string {
  return JSON.stringify(lines.map(({ mark, text }) => [mark, text]));
}

/** What a path decides of how its file is reviewed, as text. */
function createTreatment({ overrides, instructions }: CarryInput['plan']): (path: string) => string {
  const rules = overrides.filter(({ models }) => models !== null).map(({ paths, models }) => ({ matches: matchPaths(paths), models }));
  const words = instructions.map(({ paths, text }) => ({ matches: matchPaths(paths), text }));
  return (path) =>
    JSON.stringify([
      languageOf(path),
      rules.find(({ matches }) => matches(path))?.models ?? null,
      words.filter(({ matches }) => matches(path)).map(({ text }) => text),
    ]);
}
