import type { Chunk, ChunkFile } from '#model/chunk.ts';
import { languageOf } from '#model/language.ts';

/** A chunk of whole new files, by path and text. `shown`: the only lines that it shows of each. `known: false`: without the texts. */
export function chunkOf(
  files: Readonly<Record<string, string>>,
  { shown = null, known = true }: { readonly shown?: readonly number[] | null; readonly known?: boolean } = {},
): Chunk {
  return {
    id: 'c1',
    files: Object.entries(files).map(([path, text]): ChunkFile => {
      const lines = text.split('\n').map((line, index) => ({ mark: 'added' as const, text: line, oldLine: null, newLine: index + 1 }));
      const visible = lines.filter(({ newLine }) => shown === null || shown.includes(newLine));
      const hunks = [{ hunkId: shown === null ? `${path}@0,1` : `${path}@1,1`, lines: visible, whole: true }];
      return { path, language: languageOf(path), hunks, surroundings: [], text: known ? text : null };
    }),
    tokens: 1,
    risk: 0,
  };
}
