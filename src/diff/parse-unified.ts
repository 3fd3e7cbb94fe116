import type { ChangedFile, Hunk } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import { finishFile } from './file-draft.ts';
import { readDrafts } from './read-drafts.ts';
import { splitLines } from './text-lines.ts';
import { dropAnnounced } from './unshown-change.ts';

/**
 * Reads a unified diff: git's in all its forms, and plain `diff -u`, with or without the mail around it. An empty text
 * is an empty change. Throws `InputError` for a text that is no diff, for a combined diff, and for a diff that was cut
 * or edited, naming the line. Takes time in proportion to the text.
 */
export function parseUnifiedDiff(text: string): ChangedFile[] {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.trim() === '') return [];
  const drafts = readDrafts(splitLines(body));
  if (drafts.length === 0) throw notADiff(body);
  return giveIds(dropAnnounced(drafts.map(finishFile)));
}

function notADiff(text: string): InputError {
  const hint = text.includes('\0')
    ? 'It looks like UTF-16: write it as UTF-8, with `git diff --output=FILE`.'
    : text.includes('\u001B[')
      ? 'It holds colour codes: make it with `git diff --no-color`.'
      : 'Make one with `git diff BASE...HEAD` or `diff -u`.';
  return new InputError('the input is not a unified diff', { hint });
}

/** Ids are unique even where a series of patches changes one file twice at the same lines. */
function giveIds(files: readonly ReturnType<typeof finishFile>[]): ChangedFile[] {
  const seen = new Map<string, number>();
  const idOf = (path: string, hunk: Omit<Hunk, 'id'>) => {
    const id = `${path}@${hunk.oldStart},${hunk.newStart}`;
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 1 ? id : `${id}#${times}`;
  };
  return files.map((file) => ({ ...file, hunks: file.hunks.map((hunk) => ({ id: idOf(file.path, hunk), ...hunk })) }));
}
