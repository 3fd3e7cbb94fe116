import type { SgNode } from '@ast-grep/napi';
import { countYamlFaults } from '#lib/count-yaml-faults.ts';
import { type Language, languageOf, languageOfShebang } from '#model/language.ts';
import type { FaultCounter } from '#ports/code-reader.ts';
import { parseNative } from './grammar.ts';

/** Larger texts are bundles, not source. */
const MAX_CHARACTERS = 1_000_000;
/** About a second and a half. */
const MAX_NODES = 500_000;

/**
 * Counts what is wrong with a file's syntax: what its grammar could not read, one and one for each of its lines; what
 * the grammar put in because it is missing; and statements of Python that leave their block's column. JSON and YAML are
 * read by their parsers. Null also for a file that is too large to say. A grammar has its own gaps, so a sound file may
 * have faults: compare what is before a change with what is after it.
 */
export const countSourceFaults: FaultCounter = (text, path) => {
  if (text.length > MAX_CHARACTERS) return null;
  const language = languageOf(path) ?? languageOfShebang(text.slice(0, 300).split('\n', 1)[0] ?? '');
  if (language === 'json') return countJsonFaults(text, path);
  if (language === 'yaml') return countYamlFaults(text);
  const root = language === null ? null : parseNative(text, language);
  return root === null || language === null ? null : countInTree(root, language);
};

/** Files that are called JSON and may hold comments. */
const WITH_COMMENTS =
  /\.(?:jsonc|json5|code-workspace)$|(?:^|\/)(?:[tj]sconfig[\w.-]*|devcontainer|\.eslintrc|\.babelrc)\.json$|(?:^|\/)\.vscode\//i;

function countJsonFaults(text: string, path: string): number | null {
  if (WITH_COMMENTS.test(path)) return null;
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return 0;
  } catch {
    return 1;
  }
}

/** Without recursion: hostile code nests as deep as it likes. */
function countInTree(root: SgNode, language: Language): number | null {
  let faults = 0;
  let nodes = 0;
  const pending: SgNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (++nodes > MAX_NODES) return null;
    const children = node.children();
    const { start, end } = node.range();
    const kind = String(node.kind());
    if (kind === 'ERROR') faults += 2 + end.line - start.line;
    // Nothing stands where the parser put in what it missed; an empty block of Python is one, too.
    if (children.length === 0 && start.index === end.index && nodes > 1) faults += 1;
    if (language === 'python' && (kind === 'block' || kind === 'module')) faults += countStrayLines(children, kind);
    for (const child of children) pending.push(child);
  }
  return faults;
}

/** The grammar of Python takes a statement wherever it stands; Python itself wants those of one block in one column. */
function countStrayLines(statements: readonly SgNode[], kind: 'block' | 'module'): number {
  let column: number | null = kind === 'module' ? 0 : null;
  let lastLine = -1;
  let strays = 0;
  for (const statement of statements) {
    const { start, end } = statement.range();
    if (!statement.isNamed() || statement.kind() === 'comment' || statement.kind() === 'ERROR') continue;
    if (start.line > lastLine) {
      column ??= start.column;
      if (start.column !== column) strays += 1;
    }
    lastLine = end.line;
  }
  return strays;
}
