import pLimit from 'p-limit';
import { splitSymbol } from '#lib/symbol-name.ts';
import { type Chunk, shownLines } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { CodeReader, DefinitionFinder } from '#ports/code-reader.ts';
import { readSymbol } from './read-symbol.ts';
import { createDefinitionSearch } from './search-definition.ts';
import { shareTokens } from './share-tokens.ts';

/** Symbols of one request that are looked for. */
const MOST_SYMBOLS = 5;
/** Estimated tokens of all definitions that answer one request. */
const MAX_TOKENS = 1_500;
/** Searches at once, over all seats of a scan. */
const CONCURRENCY = 4;

export interface SymbolLookUpOptions {
  readonly reader: CodeReader;
  readonly findDefinition: DefinitionFinder;
  readonly signal: AbortSignal;
  /** Estimated tokens of all definitions of one request; 1,500 where nobody says. */
  readonly maxTokens?: number;
}

/**
 * Makes the look-up of one scan: what a model asks for is found in the files of its chunk, then in the repository.
 * Answers stand in the order of the symbols; what is not found, and what the chunk shows already, is left out. Each
 * symbol is looked for once for a set of files, however many seats ask. Never throws but the signal's reason.
 */
export function createSymbolLookUp(
  options: SymbolLookUpOptions,
): (symbols: readonly string[], chunk: Chunk) => Promise<readonly Definition[]> {
  const { signal, maxTokens = MAX_TOKENS } = options;
  const search = createDefinitionSearch(options);
  const limit = pLimit(CONCURRENCY);
  const known = new Map<string, Promise<Definition | null>>();

  function find(symbol: string, chunk: Chunk): Promise<Definition | null> {
    const key = JSON.stringify([symbol, ...chunk.files.map((file) => file.path)]);
    const found = known.get(key) ?? limit(() => search(symbol, chunk.files));
    known.set(key, found);
    return found;
  }

  return async (symbols, chunk) => {
    signal.throwIfAborted();
    const wanted = [...new Set(symbols.map(readSymbol))].filter((symbol) => symbol !== null).slice(0, MOST_SYMBOLS);
    const found = await Promise.all(wanted.map((symbol) => find(symbol, chunk)));
    signal.throwIfAborted();
    const unseen = found.filter((definition) => definition !== null).filter((definition) => !isShown(definition, chunk));
    return shareTokens(withoutRepeats(unseen), maxTokens);
  };
}

/** Whether the chunk shows every line of it that says something. */
function isShown({ path, startLine, text }: Definition, chunk: Chunk): boolean {
  const file = chunk.files.find((each) => each.path === path);
  if (file === undefined) return false;
  const shown = shownLines(file);
  return text.split('\n').every((line, at) => line.trim() === '' || shown.has(startLine + at));
}

/** Two names may mean one place: `get` and `Store.get`. */
function withoutRepeats(definitions: readonly Definition[]): readonly Definition[] {
  return definitions.filter(
    (one, at) =>
      definitions.findIndex((other) => other.path === one.path && other.startLine === one.startLine && nameOf(other) === nameOf(one)) ===
      at,
  );
}

function nameOf({ symbol }: Definition): string {
  return splitSymbol(symbol)?.name ?? symbol;
}
