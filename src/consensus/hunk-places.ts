import type { Chunk } from '#model/chunk.ts';
import type { Language } from '#model/language.ts';

/** A hunk and where it is shown. */
export interface HunkPlace {
  readonly path: string;
  readonly hunkId: string;
  readonly language: Language | null;
  /** Every chunk that shows the hunk or a slice of it. */
  readonly chunkIds: readonly string[];
}

/** Every hunk that the chunks show, in the order in which they do. */
export function listPlaces(chunks: readonly Chunk[]): readonly HunkPlace[] {
  const places = new Map<string, HunkPlace & { readonly chunkIds: string[] }>();
  for (const chunk of chunks) {
    for (const { path, language, hunks } of chunk.files) {
      for (const { hunkId } of hunks) {
        const key = hunkKey({ path, hunkId });
        const place = places.get(key) ?? { path, hunkId, language, chunkIds: [] };
        if (!place.chunkIds.includes(chunk.id)) place.chunkIds.push(chunk.id);
        places.set(key, place);
      }
    }
  }
  return [...places.values()];
}

export function hunkKey({ path, hunkId }: { readonly path: string; readonly hunkId: string | null }): string {
  return JSON.stringify([path, hunkId]);
}
