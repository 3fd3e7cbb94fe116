import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment } from '#model/publication.ts';

/**
 * Where a comment can stand. `lines`: on lines of one hunk of the diff; `startLine` is null for a single line.
 * `file`: on the file as a whole. `nowhere`: the change does not have the file.
 */
export type CommentPlace =
  | { readonly kind: 'lines'; readonly startLine: number | null; readonly line: number }
  | { readonly kind: 'file' }
  | { readonly kind: 'nowhere' };

/** For each file, the hunk (by index) of every line that its new side shows. */
export type PlaceMap = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Every place that GitHub takes an inline comment for: lines of the new side that a hunk shows, added or context. */
export function mapPlaces(change: ChangeSet): PlaceMap {
  return new Map(
    change.files.map((file) => [
      file.path,
      new Map(
        file.hunks.flatMap((hunk, index) => hunk.lines.flatMap((line) => (line.newLine === null ? [] : [[line.newLine, index] as const]))),
      ),
    ]),
  );
}

/**
 * Finds the place of a comment. A range that leaves its hunk shrinks to the end that lies in the diff: one line
 * outside would cost the whole review (422).
 */
export function placeComment(
  places: PlaceMap,
  { path, startLine, line }: Pick<InlineComment, 'path' | 'startLine' | 'line'>,
): CommentPlace {
  const hunks = places.get(path);
  if (hunks === undefined) return { kind: 'nowhere' };
  const [start, end] = [hunks.get(startLine), hunks.get(line)];
  if (end !== undefined) return { kind: 'lines', line, startLine: startLine < line && start === end ? startLine : null };
  if (start !== undefined) return { kind: 'lines', line: startLine, startLine: null };
  return { kind: 'file' };
}
