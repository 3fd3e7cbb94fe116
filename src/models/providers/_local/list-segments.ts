import type { Chunk } from '#model/chunk.ts';
import type { Segment } from './host-messages.ts';

/** The new side of each hunk: what a claim may be about. */
export function listSegments({ files }: Chunk): readonly Segment[] {
  return files.flatMap(({ path, hunks }) =>
    hunks
      .map((hunk) => hunk.lines.flatMap(({ newLine, text }) => (newLine === null ? [] : [{ line: newLine, text }])))
      .filter((lines) => lines.length > 0)
      .map((lines) => ({ path, lines })),
  );
}
