import { isPart, keyOf, readQuote } from '#lib/read-quote.ts';
import type { Claim } from '#model/candidate.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { Understood } from '../_reply/read-reply.ts';

/**
 * Reads an answer of a model that was shown definitions below its chunk. A claim that quotes one of them, and nothing of
 * the chunk, is given the definition's file and no line: its number is that of another place, and would name an innocent
 * line of the chunk. Such a claim finds no place then, and is counted as one without.
 */
export function ownDefinitions(
  understand: (text: string) => Understood,
  chunk: Chunk,
  definitions: readonly Definition[],
): (text: string) => Understood {
  const defined = definitions.flatMap(({ path, text }) => text.split(/\r?\n/).map((line) => ({ path, key: keyOf(line) })));
  const shown = chunk.files.flatMap(linesOf).map(keyOf);
  const own = (claim: Claim): Claim => {
    const quote = readQuote(claim.evidence).flat();
    const isQuoted = (key: string) => quote.some((quoted) => key === quoted || isPart(key, quoted));
    const home = defined.find(({ key }) => isQuoted(key));
    if (home === undefined || shown.some(isQuoted)) return claim;
    return { ...claim, path: home.path, startLine: null, endLine: null };
  };
  return (text) => {
    const read = understand(text);
    return read.kind === 'unreadable' ? read : { ...read, claims: read.claims.map(own) };
  };
}

function linesOf({ hunks, surroundings }: Chunk['files'][number]): string[] {
  return [...hunks.flatMap(({ lines }) => lines), ...surroundings].map(({ text }) => text);
}
