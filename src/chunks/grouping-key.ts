import { createHash } from 'node:crypto';
import type { ChunkFile } from '#model/chunk.ts';

/** Folders from the top that have a part of their own; what lies deeper is told apart by its whole path. */
const FOLDERS = 5;

/**
 * Bits, as text, by which small files are put together: of the language, of each folder from the top down, and of the
 * path. Files of one language have the same first bits, those of one folder the same next ones: they part last. The
 * bits depend on the file's own path alone, and are spread evenly by a hash.
 */
export function groupingKey({ path, language }: Pick<ChunkFile, 'path' | 'language'>): string {
  const names = path.split('/', FOLDERS + 1).slice(0, -1);
  const folders = names.map((_, depth) => `${names.slice(0, depth + 1).join('/')}/`);
  return [`language ${language}`, ...folders, path].map(bitsOf).join('');
}

/** 32 bits: two names that share them all part by what follows. */
function bitsOf(name: string): string {
  return createHash('sha256').update(name).digest().readUInt32BE().toString(2).padStart(32, '0');
}
