import type { Case } from '#consensus/docket.ts';
import { identify } from '#consensus/identify.ts';
import { codeKey, isMasked } from '#lifecycle/code-key.ts';
import { findIgnores } from '#lifecycle/find-ignores.ts';
import type { LineMap } from '#lifecycle/follow-lines.ts';
import { matchFindings } from '#lifecycle/match-findings.ts';
import { nameFindings } from '#lifecycle/name-findings.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Finding } from '#model/finding.ts';
import type { Dismissal, Memory } from '#model/lifecycle.ts';
import type { Outline } from '#model/outline.ts';
import type { RecordedMemory } from '#model/scan-record.ts';
import type { ScanContext } from '../context.ts';

export interface RememberInput {
  readonly change: ChangeSet;
  readonly outlines: ReadonlyMap<string, Outline | null>;
  /** Files of the new head as far as they were read. */
  readonly texts: ReadonlyMap<string, string | null>;
  readonly memory: Memory;
  readonly carried: readonly Finding[];
  readonly lines: LineMap;
  /** Masks the secrets of a line, as those of remembered lines are. */
  readonly mask: (text: string) => string;
}

/** Recognises what is known among the cases, and gathers what else decides over them. */
export async function remember(docket: readonly Case[], input: RememberInput, ctx: Reading): Promise<RecordedMemory> {
  const { change, outlines, texts, memory, carried, lines, mask } = input;
  const { history, dismissals, baseline, ignores } = memory;
  const known = history?.known ?? [];
  const own = identify(
    docket.map(({ merged }) => merged),
    change,
    outlines,
  );
  const found = docket.map((one, at) => ({
    ...one.merged,
    evidence: mask(one.merged.evidence),
    caseId: one.id,
    fingerprint: own[at] ?? '',
  }));
  const kept = new Set(carried.map(({ fingerprint }) => fingerprint));
  const matches = matchFindings(
    found,
    known.filter(({ fingerprint }) => !kept.has(fingerprint)),
    lines,
  );
  const names = nameFindings(found, matches, new Set([...kept, ...known.map(({ fingerprint }) => fingerprint)]));
  const renamed = found.flatMap((one): [string, string][] => {
    const name = names.get(one);
    return name === undefined || name === one.fingerprint ? [] : [[one.caseId, name]];
  });
  const places = new Set([...found, ...carried].map(({ path }) => path));
  const goneFiles = await findGoneFiles(dismissals, [...found, ...carried], change, ctx);
  return {
    ...{ names: Object.fromEntries(renamed), known, carried, dismissals, ignores, goneFiles },
    // A baseline may be that of a whole repository.
    baseline: baseline.filter(({ path }) => places.has(path)),
    found: findIgnores(change, texts),
  };
}

/** Whether lines are remembered without their secrets, so that others can be compared with them only in that form. */
export function remembersMasked({ known, dismissals, baseline }: Pick<RecordedMemory, 'known' | 'dismissals' | 'baseline'>): boolean {
  return [...known, ...dismissals, ...baseline].some(isMasked);
}

/** Files of dismissals for the repository that are not on the new head; only those are looked up whose code is found. */
async function findGoneFiles(
  dismissals: readonly Dismissal[],
  found: readonly Pick<Finding, 'cwe' | 'evidence'>[],
  { files }: ChangeSet,
  ctx: Reading,
): Promise<readonly string[]> {
  const codes = new Set(dismissals.length === 0 ? [] : found.map(codeKey));
  const wanted = dismissals.filter((one) => one.scope === 'repository' && codes.has(codeKey(one))).map(({ path }) => path);
  // What this very change takes away does not count: its author could put the same code wherever it does harm.
  const here = new Set(files.flatMap(({ path, oldPath }) => [path, ...(oldPath === null ? [] : [oldPath])]));
  const paths = [...new Set(wanted)].filter((path) => !here.has(path));
  const texts = await readTexts(paths, ctx);
  return paths.filter((path) => texts.get(path) === null);
}

type Reading = Pick<ScanContext, 'reader' | 'signal'>;

/**
 * Files of the new head; null for what is not there. What cannot be read is missing: a review that is paid for is not lost
 * over it. Throws the signal's reason when cancelled.
 */
export async function readTexts(paths: readonly string[], { reader, signal }: Reading): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>();
  try {
    if (paths.length > 0) await reader.prefetch(paths);
    for (const path of paths) texts.set(path, await reader.read(path));
  } catch {
    signal.throwIfAborted();
  }
  return texts;
}
