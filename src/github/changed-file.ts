import { z } from 'zod';
import { parsePatch } from '#diff/parse-patch.ts';
import type { ChangedFile, FileStatus, Hunk } from '#model/change-set.ts';
import type { Blob } from './blob-source.ts';
import { computeHunks } from './compute-patch.ts';

/** One entry of the file list of a pull request: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
export const listedFileSchema = z.object({
  filename: z.string(),
  previous_filename: z.string().nullish(),
  status: z.string(),
  additions: z.number(),
  deletions: z.number(),
  patch: z.string().nullish(),
});
export type ListedFile = z.infer<typeof listedFileSchema>;

const STATUSES: Readonly<Record<string, FileStatus>> = { added: 'added', removed: 'deleted', renamed: 'renamed', copied: 'copied' };

/** A file whose lines are still to be had from both revisions. */
export interface Wanted {
  readonly path: string;
  /** Path before the change; equal to `path` but for renames and copies. */
  readonly oldPath: string;
  readonly status: FileStatus;
}

/** The file as its patch tells it; null where there is no patch, or where it does not add up to what GitHub counts. */
export function fileFromPatch(listed: ListedFile): ChangedFile | null {
  if (!listed.patch) return null;
  const file = emptyFile(wantedOf(listed));
  if (isSubmodulePatch(listed.patch)) return { ...file, kind: 'submodule' };
  const hunks = tryParse(listed.patch, listed.filename);
  const count = (mark: 'added' | 'removed') => hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.mark === mark).length, 0);
  return count('added') === listed.additions && count('removed') === listed.deletions ? { ...file, hunks } : null;
}

function tryParse(patch: string, path: string): readonly Hunk[] {
  try {
    return parsePatch(path, patch);
  } catch {
    return [];
  }
}

export function wantedOf(listed: ListedFile): Wanted {
  return {
    path: listed.filename,
    oldPath: listed.previous_filename ?? listed.filename,
    status: STATUSES[listed.status] ?? 'modified',
  };
}

/** The file as the contents of both revisions tell it. What could not be read is said in `missing`. */
export function fileFromBlobs(wanted: Wanted, before: Blob, after: Blob): ChangedFile {
  const file = emptyFile(wanted);
  const sides = [before, after];
  if (sides.some((blob) => blob.kind === 'submodule')) return { ...file, kind: 'submodule' };
  const unknown = sides.find((blob) => blob.kind === 'unknown');
  if (unknown?.kind === 'unknown')
    return { ...file, missing: `GitHub gives no patch of it, and its content could not be read: ${unknown.reason}` };
  if (before.kind === 'absent' && after.kind === 'absent') {
    return { ...file, missing: 'GitHub gives no patch of it, and has it in neither revision' };
  }
  if (sides.some((blob) => blob.kind === 'binary')) return { ...file, kind: 'binary' };
  const [old, now] = sides.map((blob) => (blob.kind === 'text' ? blob.text : ''));
  const hunks = computeHunks(wanted.path, old ?? '', now ?? '');
  // Same content on both sides and no other name: what changed is the mode.
  const status = hunks.length === 0 && wanted.status === 'modified' ? 'mode-changed' : wanted.status;
  return { ...file, status, hunks };
}

export function emptyFile({ path, oldPath, status }: Wanted): ChangedFile {
  return { path, oldPath: oldPath === path ? null : oldPath, status, kind: 'text', oldMode: null, newMode: null, hunks: [], missing: null };
}

/** The list has no modes. A submodule's patch is nothing but its commits; a text of that one line is as harmless. */
function isSubmodulePatch(patch: string): boolean {
  const [header, ...lines] = patch.trimEnd().split('\n');
  return (
    /^@@ -[01](,[01])? \+[01](,[01])? @@/.test(header ?? '') && lines.every((line) => /^[+-]Subproject commit [0-9a-f]{40,64}$/.test(line))
  );
}
