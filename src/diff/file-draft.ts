import type { ChangedFile, FileKind, FileStatus } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import { makeRelative, readHeaderNames, readName, readSideName, stripPrefixes, stripUsualPrefix } from './git-path.ts';
import type { LooseHunk } from './read-hunk.ts';

/** What the headers of one file have said so far. */
export interface FileDraft {
  /** 1-based line on which the file's headers begin. */
  readonly line: number;
  /** What follows `diff --git `; null for a diff that git did not make. */
  readonly gitNames: string | null;
  /** Names of the `---` and `+++` lines; null for `/dev/null`, undefined while there was no such line. */
  sides?: { readonly old: string | null; readonly new: string | null };
  /** The time beside the new name may say that there is no such file: GNU diff gives it the epoch. */
  absent?: { readonly new: boolean };
  moved?: { kind: 'renamed' | 'copied'; from?: string; to?: string };
  oldMode?: string;
  newMode?: string;
  created?: boolean;
  removed?: boolean;
  binary?: boolean;
  blobs?: { readonly old: string; readonly new: string };
  missing?: string;
  readonly hunks: LooseHunk[];
}

/** Object ids of the empty file, SHA-1 and SHA-256. */
const EMPTY_BLOBS = ['e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'];

/** Takes in one of git's extended headers. False when the line is none. */
export function readExtendedHeader(draft: FileDraft, line: string): boolean {
  const [, words, value = ''] =
    /^((?:old|new|new file|deleted file) mode|(?:rename|copy) (?:from|to)|index|(?:dis)?similarity index) (.+)$/s.exec(line) ?? [];
  switch (words) {
    case 'old mode':
      draft.oldMode = value;
      return true;
    case 'new mode':
      draft.newMode = value;
      return true;
    case 'new file mode':
      draft.newMode = value;
      draft.created = true;
      return true;
    case 'deleted file mode':
      draft.oldMode = value;
      draft.removed = true;
      return true;
    case 'rename from':
    case 'copy from':
      draft.moved = { ...draft.moved, kind: words === 'copy from' ? 'copied' : 'renamed', from: readName(value) };
      return true;
    case 'rename to':
    case 'copy to':
      draft.moved = { ...draft.moved, kind: words === 'copy to' ? 'copied' : 'renamed', to: readName(value) };
      return true;
    case 'index':
      readIndex(draft, value);
      return true;
    default:
      return words !== undefined;
  }
}

function readIndex(draft: FileDraft, value: string): void {
  const [, before, after, mode] = /^([0-9a-f]+)\.\.([0-9a-f]+)(?: (\d{6}))?$/.exec(value) ?? [];
  if (before !== undefined && after !== undefined) draft.blobs = { old: before, new: after };
  if (mode !== undefined) {
    draft.oldMode ??= mode;
    draft.newMode ??= mode;
  }
}

const EPOCH = /\t(?:1970-01-01|1969-12-31) .*/s;

/** Takes in a pair of `---` and `+++` lines, given without those marks. */
export function readSides(draft: FileDraft, before: string, after: string): void {
  draft.sides = { old: readSideName(before), new: readSideName(after) };
  draft.absent = { new: EPOCH.test(after) };
}

/** The finished file, its hunks still without ids. Throws `InputError` when it has no usable name. */
export function finishFile(draft: FileDraft): Omit<ChangedFile, 'hunks'> & { hunks: readonly LooseHunk[] } {
  const names = namesOf(draft);
  const status = statusOf(draft);
  const kind = kindOf(draft);
  const path = makeRelative((status === 'deleted' ? names?.old : names?.new) ?? '', draft.line);
  const oldPath = (status === 'renamed' || status === 'copied') && names !== null ? makeRelative(names.old, draft.line) : null;
  return {
    path,
    oldPath: oldPath === path ? null : oldPath,
    status,
    kind,
    oldMode: draft.oldMode ?? null,
    newMode: draft.newMode ?? null,
    hunks: kind === 'text' ? draft.hunks : [],
    missing: draft.missing ?? (kind === 'text' && lacksLines(draft) ? 'the diff does not show its lines' : null),
  };
}

function namesOf(draft: FileDraft): { old: string; new: string } | null {
  const header = draft.gitNames === null ? null : readHeaderNames(draft.gitNames);
  if (draft.moved?.from !== undefined && draft.moved.to !== undefined) return { old: draft.moved.from, new: draft.moved.to };
  const { old: before = null, new: after = null } = draft.sides ?? {};
  if (before !== null && after !== null) return stripPrefixes({ old: before, new: after });
  if (header !== null) return stripPrefixes(header);
  const only = before ?? after;
  return only === null ? null : { old: stripUsualPrefix(only), new: stripUsualPrefix(only) };
}

/**
 * Headers are held against the hunks: a "deleted" file with new lines would otherwise go unreviewed. A time at the
 * epoch alone proves nothing either, since reproducible builds give it to every file.
 */
function statusOf(draft: FileDraft): FileStatus {
  const { sides, absent, moved, hunks } = draft;
  const keepsNothing = hunks.every((hunk) => hunk.newLines === 0);
  if (draft.removed || sides?.new === null) {
    if (keepsNothing) return 'deleted';
    throw new InputError(`the file at line ${draft.line} of the diff is deleted and has new lines`, {
      hint: 'The diff was edited; make it again.',
    });
  }
  if (absent?.new && keepsNothing && hunks[0]?.newStart === 0) return 'deleted';
  if (draft.created || sides?.old === null) return 'added';
  if (moved !== undefined) return moved.kind;
  if (draft.gitNames === null && hunks.length === 1 && hunks[0]?.oldStart === 0 && hunks[0].oldLines === 0) return 'added';
  const names = draft.gitNames === null ? null : namesOf(draft);
  if (names !== null && names.old !== names.new) return 'renamed';
  return hunks.length === 0 && draft.oldMode !== draft.newMode ? 'mode-changed' : 'modified';
}

/**
 * https://git-scm.com/docs/git-fast-import#_filemodify lists the modes. A header that calls a file binary, a link or a
 * submodule is believed where its hunks agree: what comes with lines of text is text.
 */
function kindOf(draft: FileDraft): FileKind {
  const { hunks } = draft;
  const mode = draft.newMode ?? draft.oldMode;
  if ((mode === '160000' && hunks.length === 0) || ((mode === '160000' || mode === undefined) && isSubmodulePointer(hunks)))
    return 'submodule';
  if (mode === '120000' && hunks.every((hunk) => hunk.newLines <= 1)) return 'symlink';
  return draft.binary && hunks.length === 0 ? 'binary' : 'text';
}

/** True for hunks that move a submodule to another commit: all that a host without file modes shows of one. */
function isSubmodulePointer(hunks: readonly Pick<LooseHunk, 'lines'>[]): boolean {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return lines.length > 0 && lines.length <= 2 && lines.every((line) => /^Subproject commit [0-9a-f]{40,64}(?:-dirty)?$/.test(line.text));
}

/** Two different contents and not one hunk: lines that exist were left out of the diff. */
function lacksLines(draft: FileDraft): boolean {
  const { blobs, hunks, removed } = draft;
  if (blobs === undefined || hunks.length > 0 || removed || blobs.old === blobs.new) return false;
  const nothing = (id: string) => /^0+$/.test(id) || EMPTY_BLOBS.some((empty) => empty.startsWith(id));
  return !(nothing(blobs.old) && nothing(blobs.new));
}
