import type { Hunk } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import { isHunkHeader, readHunk } from './read-hunk.ts';
import { splitLines } from './text-lines.ts';

/**
 * Reads hunks without a file header, as GitHub gives them for each file in `patch`. Throws `InputError` when a hunk is
 * cut or when there is anything but hunks.
 */
export function parsePatch(path: string, patch: string): Hunk[] {
  const lines = splitLines(patch);
  const hunks: Hunk[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (isHunkHeader(line)) {
      const { hunk, next } = readHunk(lines, at);
      if (hunk.lines.length > 0) hunks.push({ id: `${path}@${hunk.oldStart},${hunk.newStart}`, ...hunk });
      at = next;
    } else if (line.startsWith('\\') || line.trim() === '') at += 1;
    else throw new InputError(`line ${at + 1} of the patch belongs to no hunk`, { hint: 'The patch was cut or edited; fetch it again.' });
  }
  return hunks;
}
