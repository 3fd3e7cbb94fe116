import type { Chunk } from '#model/chunk.ts';
import type { Reply } from '#ports/provider.ts';
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

/**
 * How a classifier's answer about a chunk ends: hunks that only remove lines have no new side, so that nobody looked at
 * them, and the answer is a cut one.
 */
export function endOfClassifying({ files }: Chunk): Pick<Reply, 'finish' | 'reason'> {
  const unseen = files.filter(({ hunks }) => hunks.some(({ lines }) => lines.length > 0 && lines.every(({ newLine }) => newLine === null)));
  if (unseen.length === 0) return { finish: 'complete', reason: null };
  const [{ path } = { path: '' }] = unseen;
  const more = unseen.length > 1 ? ` and ${unseen.length - 1} more` : '';
  return { finish: 'length', reason: `a classifier is shown no removed lines, and ${path}${more} has hunks of nothing else` };
}
