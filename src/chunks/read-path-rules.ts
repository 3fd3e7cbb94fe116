import { matchPaths } from '#lib/match-paths.ts';
import type { ChunkFile } from '#model/chunk.ts';
import type { Plan } from '#model/plan.ts';

/** What a plan says of a file by its path. */
export type PathRules = Pick<ChunkFile, 'panel' | 'instructions'>;

/** Prepares the rules by path: the models of the first override that names some, and all instructions that match. */
export function readPathRules({ overrides, instructions }: Pick<Plan, 'overrides' | 'instructions'>): (path: string) => PathRules {
  const panels = overrides.flatMap(({ paths, models }) => (models === null ? [] : [{ matches: matchPaths(paths), models }]));
  const texts = instructions.map(({ paths, text }) => ({ matches: matchPaths(paths), text: text.trim() }));
  return (path) => {
    const panel = panels.find(({ matches }) => matches(path))?.models;
    const words = texts.filter(({ matches }) => matches(path)).map(({ text }) => text);
    return { ...(panel !== undefined && { panel }), ...(words.length > 0 && { instructions: words }) };
  };
}

/** Files that share a chunk are looked at by the same models: equal for those, whatever the order of their ids. */
export function panelKey({ panel }: PathRules): string {
  return panel === undefined ? '' : JSON.stringify(panel.toSorted());
}
