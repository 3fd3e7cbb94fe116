import { evidenceTokens } from '#consensus/fingerprint.ts';
import { hunkKey } from '#consensus/hunk-places.ts';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import type { HunkStatus, LedgerEntry } from '#model/coverage.ts';
import type { GoneFinding, KnownFinding } from '#model/lifecycle.ts';
import { evidenceLine, testCode } from './code-key.ts';
import type { LineMap } from './follow-lines.ts';
import { followKnown } from './match-findings.ts';
import { shiftKnown } from './shift-known.ts';

/** What decides whether a known finding that was not found again is fixed. */
export interface GoneInput {
  readonly change: ChangeSet;
  readonly ledger: readonly LedgerEntry[];
  readonly lines: LineMap;
  /** Files of the new head by path, those of `pathsInDoubt`; null where there is none, missing where it could not be read. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** Whether code stands on an added line that was not there before, and nothing is found there now. */
  readonly movedTo: (known: KnownFinding) => boolean;
}

export interface Judgement {
  readonly state: 'fixed' | 'unknown';
  readonly finding: GoneFinding;
}

/**
 * Prepares the judgement of known findings that were not found again. One is fixed when its code was changed, was removed
 * or left the change, and every hunk that covers its place was reviewed; all others are unknown, and may still be there.
 */
export function createGoneJudge(input: GoneInput): (known: KnownFinding) => Judgement {
  const { lines, texts } = input;
  const isReviewed = indexReviewed(input);
  const linesOf = (path: string) => texts.get(path)?.split('\n') ?? [];
  const holds = (path: string, known: KnownFinding) => linesOf(path).some(testCode(known));

  return (known) => {
    const fixed = (because: string): Judgement => ({ state: 'fixed', finding: { ...known, because } });
    const unknown = (because: string, finding = known): Judgement => ({ state: 'unknown', finding: { ...finding, because } });
    const place = followKnown(known, lines);
    if (place.kind === 'same')
      return unknown(isReviewed(place.path, [place.line]) ? UNCHANGED : NOT_REVIEWED, shiftKnown(known, place, lines));
    const file = fileNow(input, known.path);
    if (file?.status === 'deleted') return fixed('its file was deleted');
    if (place.kind === 'changed' || place.kind === 'removed') {
      const near = place.kind === 'changed' ? [place.from, place.line, place.to] : place.near;
      if (!isReviewed(place.path, near)) return unknown(NOT_REVIEWED);
      return input.movedTo(known) ? unknown(MOVED) : fixed(place.kind === 'changed' ? 'its line was changed' : 'its line was removed');
    }
    if (known.evidence === '') return unknown('its code is not remembered');
    const path = file?.path ?? known.path;
    if (!texts.has(path)) return unknown('its file could not be read');
    if (place.kind === 'left' && holdsRun(linesOf(path), patternOf(known, lines))) return unknown(OUTSIDE);
    if (place.kind === 'left' || file === null) {
      if (place.kind !== 'left' && holds(path, known)) return unknown(OUTSIDE);
      return input.movedTo(known) ? unknown(MOVED) : fixed('its code is no longer part of the change');
    }
    // Its lines cannot be followed: what the file says now decides.
    if (holds(path, known)) return unknown(UNCHANGED);
    if (texts.get(path) === null) return unknown('its place cannot be told any more');
    return isReviewed(path, 'all') ? fixed('its code is no longer in the file') : unknown(NOT_REVIEWED);
  };
}

const UNCHANGED = 'its code is unchanged, and it was not reported again';
const MOVED = 'its code was moved, and it was not reported again';
const OUTSIDE = 'its code is unchanged, and no longer part of the change';
const NOT_REVIEWED = 'its place was not fully reviewed this time';

/** Files whose text decides over known findings, on the new head: their lines are in none of its hunks. */
export function pathsInDoubt(gone: readonly KnownFinding[], input: Pick<GoneInput, 'change' | 'lines'>): readonly string[] {
  const doubtful = gone.filter((known) => ['left', 'unknown'].includes(followKnown(known, input.lines).kind));
  const files = doubtful.map(({ path }) => fileNow(input, path) ?? { path, status: 'modified' as const });
  return [...new Set(files.filter(({ status }) => status !== 'deleted').map(({ path }) => path))];
}

/** What became of a file of the earlier head in the change of now; null where it is not in it. */
function fileNow({ change, lines }: Pick<GoneInput, 'change' | 'lines'>, path: string): ChangedFile | null {
  const now = lines.pathNow(path);
  const isIt = (one: ChangedFile) =>
    now === null ? one.path === path || (one.status === 'renamed' && one.oldPath === path) : one.path === now;
  return change.files.find(isIt) ?? null;
}

/** The code with the lines beside it that its hunk showed: one line alone may stand in many places. */
function patternOf(known: KnownFinding, { textBefore }: LineMap): readonly string[] {
  const line = evidenceLine(known, textBefore) ?? known.startLine;
  return [line - 1, line, line + 1].flatMap((at) => textBefore(known.path, at) ?? []).map(evidenceTokens);
}

function holdsRun(texts: readonly string[], pattern: readonly string[]): boolean {
  const lines = texts.map(evidenceTokens);
  return lines.some((_, at) => pattern.every((tokens, further) => lines[at + further] === tokens));
}

/** Prose has no review, and attempts to steer the models are looked for in it all the same. */
const DONE: ReadonlySet<HunkStatus> = new Set(['reviewed', 'not_applicable']);

/** Whether every hunk that shows one of these lines was reviewed, or needs no review; a line that none shows does not count. */
function indexReviewed({ change, ledger }: GoneInput): (path: string, lines: readonly number[] | 'all') => boolean {
  const statuses = new Map<string, HunkStatus>(ledger.map((entry) => [hunkKey(entry), entry.status]));
  const files = new Map(change.files.map((file) => [file.path, file]));
  return (path, lines) => {
    const hunks = files.get(path)?.hunks ?? [];
    const covering = hunks.filter(
      ({ newStart, newLines }) => lines === 'all' || lines.some((line) => newStart <= line && line < newStart + newLines),
    );
    // A file without hunks has an entry all the same: its lines could not be had, or none changed.
    const ids = lines === 'all' && hunks.length === 0 ? [null] : covering.map(({ id }) => id);
    return ids.every((hunkId) => DONE.has(statuses.get(hunkKey({ path, hunkId })) ?? 'partial'));
  };
}
