import { createHash } from 'node:crypto';
import type { Chunk, ChunkFile } from '#model/chunk.ts';
import { headingTokens, hunkTokens, lineTokens } from './count-shown.ts';
import { estimateRisk } from './estimate-risk.ts';

/**
 * A chunk of one file's share alone. `ordinal` is its place among the slices of a hunk that had to be cut: pieces of
 * one line can look alike, and their place tells them apart. Null where every hunk is whole.
 */
export function chunkOfFile(file: ChunkFile, ordinal: number | null): Chunk {
  const around = file.surroundings.reduce((sum, line) => sum + lineTokens(line), 0);
  return {
    id: hashShown(file, ordinal),
    files: [file],
    tokens: headingTokens(file.path) + hunkTokens(file.hunks) + around,
    risk: estimateRisk(
      file,
      file.hunks.flatMap((hunk) => hunk.lines),
    ),
  };
}

function hashShown(file: ChunkFile, ordinal: number | null): string {
  const shown = file.hunks.map((hunk) => [hunk.hunkId, hunk.lines.map((line) => [line.mark, line.oldLine, line.newLine, line.text])]);
  const around = file.surroundings.map((line) => [line.line, line.text]);
  return createHash('sha256')
    .update(JSON.stringify([file.path, file.language, shown, around, ordinal]))
    .digest('hex');
}
