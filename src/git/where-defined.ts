import { rankHomes } from '#lib/rank-homes.ts';
import { splitSymbol } from '#lib/symbol-name.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { Side } from './resolve-range.ts';
import { runGit } from './run-git.ts';
import { staysInside } from './worktree-file.ts';

/** A search through a large repository takes seconds; a definition is not worth more of a review's time. */
const TIME_LIMIT_MS = 10_000;
/** Paths beyond this are no search result: the name is everywhere. */
const MOST_PATHS = 5_000;

/** Words before a name that make a line look like its definition in most languages. */
export const DEFINING_WORDS =
  'function\\*?|class|interface|type|enum|struct|trait|record|module|namespace|object|def|fn|func|fun|const|let|var|val|static|async|public|private|protected';
const EDGE = '[^[:alnum:]_$]';

/** Files in which a symbol stands, and those of them in which a line looks like its definition. */
export interface SymbolHits {
  readonly paths: ReadonlySet<string>;
  readonly defining: ReadonlySet<string>;
}

/** Answers where a symbol may be defined by a search. A fault, a search that is too slow and one that was cancelled found nothing. */
export function whereDefinedBy(
  search: (name: string, signal: AbortSignal) => Promise<SymbolHits>,
  read: CodeReader['read'],
): NonNullable<CodeReader['whereDefined']> {
  return async (symbol, from, signal) => {
    const wanted = splitSymbol(symbol);
    if (wanted === null) return [];
    try {
      const { paths, defining } = await search(wanted.name, signal);
      return paths.size === 0 ? [] : rankHomes(paths, { symbol: wanted, from, fromText: await read(from), looksDefined: defining });
    } catch {
      return [];
    }
  };
}

/**
 * Looks for a symbol with `git grep`, where the new side is: in the working tree (what git tracks or would track), in
 * the index, or in a commit. Links and submodules are not followed, binary files are passed over. `name` is a plain
 * identifier.
 */
export async function grepSymbol(root: string, side: Side, name: string, signal: AbortSignal): Promise<SymbolHits> {
  const paths = await grep(root, side, ['--fixed-strings', '--word-regexp'], name, signal);
  return { paths, defining: paths.size === 0 ? paths : await grep(root, side, ['--extended-regexp'], definitionPattern(name), signal) };
}

/** A POSIX expression. A name holds letters, digits, `_` and `$`, and may end with `?` or `!`. */
function definitionPattern(name: string): string {
  const plain = name.replace(/[$?]/g, '[$&]');
  return `(^|${EDGE})(${DEFINING_WORDS})[[:space:]]+(\\([^()]*\\)[[:space:]]*)?([[:alnum:]_.:<>*]+[.:[:space:]])?${plain}($|${EDGE})|(^|${EDGE})${plain}[[:space:]]*(=[^=]|:|\\([^()]*\\)[[:space:]]*\\{)`;
}

async function grep(root: string, side: Side, how: readonly string[], pattern: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const where = side.kind === 'worktree' ? ['--untracked', '--exclude-standard'] : side.kind === 'index' ? ['--cached'] : [];
  const place = side.kind === 'commit' ? [side.sha] : [];
  const options = ['--files-with-matches', '--null', '-I', '--no-color', '--no-textconv', '--no-recurse-submodules', ...where, ...how];
  const { code, stdout } = await runGit(root, ['grep', ...options, '-e', pattern, ...place, '--'], undefined, {
    signal,
    timeoutMs: TIME_LIMIT_MS,
  });
  // 1: nothing was found.
  if (code !== 0) return new Set();
  const prefix = side.kind === 'commit' ? `${side.sha}:` : '';
  const rows = stdout.toString('utf8').split('\0', MOST_PATHS);
  return new Set(rows.map((row) => (row.startsWith(prefix) ? row.slice(prefix.length) : '')).filter(staysInside));
}
