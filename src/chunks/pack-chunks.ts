import { groupBy } from '#lib/group-by.ts';
import type { Chunk } from '#model/chunk.ts';
import { type CutOptions, cutFile, type PackSource } from './cut-file.ts';
import { joinSmall } from './join-small.ts';
import { panelKey } from './read-path-rules.ts';

/**
 * Packs hunks into chunks that fit the budget, riskiest first, in an order that does not depend on that of the files. A
 * large file makes chunks of its own, small files share one. Which files share one follows from their paths and
 * sizes, so a change elsewhere leaves a chunk, and the answers kept for it, as it was.
 */
export function packChunks(sources: readonly PackSource[], options: CutOptions): Chunk[] {
  const cut = sources.toSorted((a, b) => compare(a.file.path, b.file.path)).map((source) => cutFile(source, options));
  // Files that other models look at share no prompt.
  const small = groupBy(cut.filter(isWhole).flat(), ({ files: [file] }) => panelKey(file ?? {}));
  const joined = [...small.values()].flatMap((group) => joinSmall(group, options.tokens));
  const chunks = [...cut.filter((chunks) => !isWhole(chunks)).flat(), ...joined];
  return chunks.sort((a, b) => b.risk - a.risk || compare(pathOf(a), pathOf(b)));
}

/** True when one chunk shows all hunks of the file, and none of them cut. */
function isWhole(chunks: readonly Chunk[]): boolean {
  return chunks.length === 1 && chunks.every(({ files }) => files.every(({ hunks }) => hunks.every(({ whole }) => whole)));
}

const pathOf = ({ files: [file] }: Chunk) => file?.path ?? '';
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
