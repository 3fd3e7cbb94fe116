import { makeVisible } from '#lib/make-visible.ts';
import type { ChunkFile } from '#model/chunk.ts';

/**
 * The files of a chunk that a claim may be about: all where it names none; else the one it names, also with `a/`, `b/`
 * or `./` before it, or without its folders where that is still plain. Empty: it names another file.
 */
export function findFiles(path: string | null, files: readonly ChunkFile[]): readonly ChunkFile[] {
  if (path === null) return files;
  const named = normalise(path);
  const tests: ReadonlyArray<(own: string) => boolean> = [
    (own) => own === path,
    (own) => own === named,
    (own) => `a/${own}` === named || `b/${own}` === named,
    (own) => named !== '' && own.endsWith(`/${named}`),
  ];
  for (const fits of tests) {
    const found = files.filter((file) => fits(file.path) || fits(makeVisible(file.path)));
    if (found.length > 0) return found.length === 1 ? found : [];
  }
  return [];
}

function normalise(path: string): string {
  return path
    .trim()
    .replace(/^File:\s*/, '')
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '');
}
