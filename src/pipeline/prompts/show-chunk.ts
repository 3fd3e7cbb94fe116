import type { Chunk } from '#model/chunk.ts';
import { showFile } from './show-file.ts';

/** All files of a chunk, as a prompt shows them. Not yet fenced. */
export function showChunk(chunk: Pick<Chunk, 'files'>): string {
  return chunk.files.map(showFile).join('\n\n');
}
