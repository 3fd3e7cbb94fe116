import { InputError } from '#model/errors.ts';
import { type FileDraft, readExtendedHeader, readSides } from './file-draft.ts';
import { isHunkHeader, readHunk } from './read-hunk.ts';
import { withoutReturns } from './text-lines.ts';
import { isUnshown, readUnshown } from './unshown-change.ts';

/**
 * Finds the files of a diff and their hunks. Headers are looked for outside hunks only: inside, the counts of the
 * hunk's header say how many lines are content, whatever they look like.
 */
export function readDrafts(lines: readonly string[]): FileDraft[] {
  const scan = new DraftScan(lines);
  while (scan.at < lines.length) scan.step();
  return scan.drafts;
}

class DraftScan {
  readonly drafts: FileDraft[] = [];
  at = 0;
  private readonly lines: readonly string[];
  private readonly byGit: boolean;
  /** The file that the next hunk belongs to; null in prose. */
  private draft: FileDraft | null = null;
  /** Only blank lines lie between here and the last hunk, so a line with a mark would be one too many for it. */
  private afterHunk = false;

  constructor(lines: readonly string[]) {
    this.lines = lines;
    this.byGit = lines.some((line) => line.startsWith('diff --git '));
  }

  step(): void {
    const line = withoutReturns(this.lines[this.at] ?? '');
    if (isHunkHeader(line)) this.takeHunk();
    else if (line.startsWith('diff --git ')) this.start(line.slice('diff --git '.length));
    else if (isCombined(line)) throw combined(this.at);
    else if (this.isSides()) this.takeSides(line);
    else if (!this.takeHeader(line) && !this.takeBinary(line)) this.pass(line);
    this.at += 1;
  }

  private start(gitNames: string | null): FileDraft {
    const draft: FileDraft = { line: this.at + 1, gitNames, hunks: [] };
    this.drafts.push(draft);
    this.draft = draft;
    this.afterHunk = false;
    return draft;
  }

  private takeHunk(): void {
    if (this.draft === null) {
      throw new InputError(`the hunk at line ${this.at + 1} of the diff belongs to no file`, {
        hint: 'The diff was cut or edited; make it again.',
      });
    }
    const { hunk, next } = readHunk(this.lines, this.at);
    if (hunk.lines.length > 0) this.draft.hunks.push(hunk);
    this.at = next - 1;
    this.afterHunk = true;
  }

  /** `---` over `+++` is a file header where a hunk follows, and always among git's headers; elsewhere it may be prose. */
  private isSides(): boolean {
    const { lines, at } = this;
    if (!lines[at]?.startsWith('--- ') || !lines[at + 1]?.startsWith('+++ ')) return false;
    return lines[at + 2] === undefined || isHunkStart(lines[at + 2]) || this.inGitHeader();
  }

  private takeSides(line: string): void {
    const draft = this.inGitHeader() && this.draft !== null ? this.draft : this.start(null);
    readSides(draft, line.slice(4), withoutReturns(this.lines[this.at + 1] ?? '').slice(4));
    if (!isHunkStart(this.lines[this.at + 2])) {
      throw new InputError(`the diff ends at line ${this.at + 2}, before the hunks of its file`, {
        hint: 'The diff was cut; make it again.',
      });
    }
    this.at += 1;
  }

  private inGitHeader(): boolean {
    return this.draft !== null && this.draft.gitNames !== null && this.draft.sides === undefined && this.draft.hunks.length === 0;
  }

  private takeHeader(line: string): boolean {
    return this.draft !== null && this.inGitHeader() && readExtendedHeader(this.draft, line);
  }

  private takeBinary(line: string): boolean {
    const [found, before, after] =
      /^(?:Binary files (.+) and (.+) differ|GIT binary patch|Cannot display: file marked as a binary type\.)$/s.exec(line) ?? [];
    if (found === undefined) return false;
    if (this.draft !== null && this.inGitHeader()) this.draft.binary = true;
    else if (before !== undefined && after !== undefined) {
      const draft = this.start(null);
      readSides(draft, before, after);
      draft.binary = true;
    }
    return true;
  }

  /** Everything else is prose: mail, commit messages, the data of a binary patch. */
  private pass(line: string): void {
    if (isUnshown(line, this.byGit)) {
      readUnshown(line, this.start(null));
      this.draft = null;
    } else if (this.afterHunk && line.trim() !== '' && !line.startsWith('\\')) {
      if (/^[-+ ]/.test(line) && !END_OF_MAIL.test(line)) throw overlong(this.at);
      this.draft = null;
      this.afterHunk = false;
    }
  }
}

/** What `git format-patch` puts under the last hunk: the line before its version, or the boundary of an attachment. */
const END_OF_MAIL = /^--(?: |-{8}.*)?$/s;

const isHunkStart = (line: string | undefined) => line?.startsWith('@@ -') ?? false;

function isCombined(line: string): boolean {
  return /^diff --(?:cc|combined) /.test(line) || /^@@@+ -\d/.test(line);
}

function combined(at: number): InputError {
  return new InputError(`line ${at + 1} begins a combined diff (of a merge), which has more than one old side`, {
    hint: 'Compare with one side: `git diff BASE HEAD`, or `git show --first-parent COMMIT`.',
  });
}

function overlong(at: number): InputError {
  return new InputError(`line ${at + 1} of the diff is more than its hunk says that it has`, {
    hint: 'The diff was edited; make it again.',
  });
}
