/**
 * A change set: what a pull request, a git range, a diff file or a folder changes, as data.
 * Line numbers are 1-based. "Old side" is before the change, "new side" is after it.
 */

/** How a line of a hunk takes part in the change. */
export type LineMark = 'added' | 'removed' | 'context';

export interface DiffLine {
  readonly mark: LineMark;
  /** The line without its mark and without its line end (a carriage return of a CRLF file is kept off, too). */
  readonly text: string;
  /** Number on the old side; null for added lines. */
  readonly oldLine: number | null;
  /** Number on the new side; null for removed lines. */
  readonly newLine: number | null;
}

export interface Hunk {
  /** Unique in its change set and stable for the same change: `path@oldStart,newStart`. */
  readonly id: string;
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** What git prints after the second `@@`: the enclosing function as it sees it. Empty when absent. */
  readonly section: string;
  readonly lines: readonly DiffLine[];
}

export type FileStatus = 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'mode-changed';

/** What a file is. Only `text` files have hunks that can be reviewed. */
export type FileKind = 'text' | 'binary' | 'submodule' | 'symlink';

export interface ChangedFile {
  /** Path on the new side, with `/`; the old path where the file was deleted. Comes from a stranger. */
  readonly path: string;
  /** Path on the old side where it differs (rename, copy), else null. */
  readonly oldPath: string | null;
  readonly status: FileStatus;
  readonly kind: FileKind;
  readonly oldMode: string | null;
  readonly newMode: string | null;
  readonly hunks: readonly Hunk[];
  /**
   * Set when the change of this text file is known to exist but its lines could not be had (a host that leaves
   * the patch out): why. Such a file counts as one hunk that is skipped by fault.
   */
  readonly missing: string | null;
}

/** `change`: hunks of a diff. `files`: whole files (`aegis scan`), each one a single hunk of added lines. */
export type ChangeMode = 'change' | 'files';

export interface ChangeSet {
  readonly mode: ChangeMode;
  readonly files: readonly ChangedFile[];
  /** How a person names both sides, for headings: `main`, `feature/login`, `working tree`, `changes.diff`. */
  readonly base: string | null;
  readonly head: string | null;
}

/** Every hunk of the change with its file, in order. */
export function* hunksOf(change: ChangeSet): Generator<{ file: ChangedFile; hunk: Hunk }> {
  for (const file of change.files) for (const hunk of file.hunks) yield { file, hunk };
}
