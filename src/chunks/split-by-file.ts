import type { Chunk } from '#model/chunk.ts';
import { chunkOfFile } from './chunk-of-file.ts';

/**
 * A chunk's files, each as the chunk that it would be alone, with the same id: what reads code and no prompt is asked
 * so, and its answers stay whatever files share the chunk. A chunk of one file is itself.
 */
export function splitByFile(chunk: Chunk): readonly Chunk[] {
  // Files that share a chunk are shown with whole hunks: only a file alone has slices.
  return chunk.files.length === 1 ? [chunk] : chunk.files.map((file) => chunkOfFile(file, null));
}
