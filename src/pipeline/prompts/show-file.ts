import { makeVisible } from '#lib/make-visible.ts';
import type { DiffLine } from '#model/change-set.ts';
import type { ChunkFile, ChunkHunk } from '#model/chunk.ts';

/** Numbers are at least this wide, so that those of removed lines (`L17`) seldom move the column. */
const MIN_WIDTH = 5;
const MARKS = { added: '+', removed: '-', context: ' ' } as const;

/** Lines that follow each other, and the new-side lines between which they stand. */
interface Block {
  readonly lines: readonly DiffLine[];
  readonly first: number;
  readonly last: number;
}

/**
 * One file's share of a chunk as a prompt shows it: `File: path`, then `<number> <mark> <code>` a line. Added lines (`+`)
 * and context (` `) have their new-side number, removed ones (`-`) their old-side number behind an `L`. `...` stands
 * where lines are left out.
 */
export function showFile(file: ChunkFile): string {
  const blocks = [...file.hunks.map(blockOf), ...file.surroundings.map(({ line, text }) => contextBlock(line, text))].sort(
    (a, b) => a.first - b.first,
  );
  const width = Math.max(MIN_WIDTH, ...blocks.flatMap(({ lines }) => lines.map((line) => labelOf(line).length)));
  const rows = blocks.flatMap((block, index) => {
    const before = blocks[index - 1];
    const gap = before !== undefined && block.first > before.last + 1 ? ['...'.padStart(width)] : [];
    return [...gap, ...block.lines.map((line) => `${labelOf(line).padStart(width)} ${MARKS[line.mark]} ${makeVisible(line.text)}`)];
  });
  return [`File: ${makeVisible(file.path)}`, ...rows].join('\n');
}

function labelOf(line: DiffLine): string {
  return line.mark === 'removed' ? `L${line.oldLine}` : String(line.newLine);
}

function contextBlock(line: number, text: string): Block {
  return { lines: [{ mark: 'context', text, oldLine: null, newLine: line }], first: line, last: line };
}

function blockOf(hunk: ChunkHunk): Block {
  const numbers = hunk.lines.flatMap(({ newLine }) => newLine ?? []);
  const first = numbers[0];
  const last = numbers.at(-1);
  if (first !== undefined && last !== undefined) return { lines: hunk.lines, first, last };
  // Nothing is left on the new side: git gives the line before the gap as the hunk's start, which its id ends in.
  const above = Number(/(\d+)$/.exec(hunk.hunkId)?.[1] ?? 0);
  return { lines: hunk.lines, first: above + 1, last: above };
}
