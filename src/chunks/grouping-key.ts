import { createHash } from 'node:crypto';
import type { ChunkFile } from '#model/chunk.ts';

/**
 * Bits, as text, by which small files are put together: 32 of a hash of the language, then 32 of the path. Files of
 * one language have the same first bits, so that they part last. Nothing but the file itself decides its bits.
 */
export function groupingKey({ path, language }: Pick<ChunkFile, 'path' | 'language'>): string {
  return bitsOf(`language ${language}`) + bitsOf(path);
}

function bitsOf(name: string): string {
  return createHash('sha256').update(name).digest().readUInt32BE().toString(2).padStart(32, '0');
}
