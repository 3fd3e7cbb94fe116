import { type FileDraft, readSides } from './file-draft.ts';

const BY_DIFF = /^Only in (?<folder>.+): (?<name>.+)$/s;
const BY_GIT = /^(?:Submodule (?<submodule>.+) [0-9a-f]{7,64}\.{2,3}[0-9a-f]{7,64}(?: \(.*\))?:?|\* Unmerged path (?<unmerged>.+))$/s;

const UNMERGED = 'it has unresolved conflicts';

/** True for a line that announces a change without its lines. `byGit`: git made the diff, not `diff -r`. */
export function isUnshown(line: string, byGit: boolean): boolean {
  return BY_GIT.test(line) || (!byGit && BY_DIFF.test(line));
}

/** Such a change is part of the diff, so it is part of the account of what was reviewed. */
export function readUnshown(line: string, draft: FileDraft): void {
  const { submodule, unmerged } = BY_GIT.exec(line)?.groups ?? {};
  const { folder, name } = BY_DIFF.exec(line)?.groups ?? {};
  const path = submodule ?? unmerged ?? `${folder}/${name}`;
  readSides(draft, path, path);
  if (submodule !== undefined) draft.newMode = '160000';
  else draft.missing = unmerged === undefined ? '`diff -r` without -N shows no lines of a file that is on one side only' : UNMERGED;
}

/** `git diff` names an unmerged file and then, for the working tree, shows its change as well: that one is kept. */
export function dropAnnounced<File extends { path: string; missing: string | null }>(files: readonly File[]): File[] {
  const shown = new Set(files.filter((file) => file.missing !== UNMERGED).map((file) => file.path));
  return files.filter((file) => file.missing !== UNMERGED || !shown.has(file.path));
}
