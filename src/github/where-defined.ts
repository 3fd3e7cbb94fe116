import { rankHomes } from '#lib/rank-homes.ts';
import { splitSymbol } from '#lib/symbol-name.ts';
import type { CodeReader } from '#ports/code-reader.ts';

/**
 * Where a symbol may be defined at the head of a pull request. GitHub searches the default branch alone, so this is a
 * guess by names: what the file imports, what is called like the symbol, and what lies beside it. `listFiles` is asked
 * once; where it fails, nothing is found.
 */
export function createWhereDefined(
  listFiles: () => Promise<readonly string[]>,
  read: CodeReader['read'],
): NonNullable<CodeReader['whereDefined']> {
  let listed: Promise<readonly string[]> | null = null;
  return async (symbol, from, signal) => {
    const wanted = splitSymbol(symbol);
    if (wanted === null || signal.aborted) return [];
    listed ??= listFiles().catch(() => []);
    const [paths, fromText] = await Promise.all([listed, read(from).catch(() => null)]);
    return signal.aborted ? [] : rankHomes(paths, { symbol: wanted, from, fromText, looksDefined: null });
  };
}
