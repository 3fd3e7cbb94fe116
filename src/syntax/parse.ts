import type { SgNode } from '@ast-grep/napi';
import type { Language } from '#model/language.ts';
import { parseNative } from './grammar.ts';
import type { SyntaxNode, SyntaxTree } from './node.ts';

/** Larger texts are bundles, not source; 1,000,000 characters take about a second. */
const MAX_CHARACTERS = 1_000_000;
const MAX_NODES = 500_000;
/** Later stages recurse over the tree; the depth keeps them far from the end of the stack. */
const MAX_DEPTH = 700;

type Growing = { -readonly [key in keyof SyntaxNode]: SyntaxNode[key] } & { children: Growing[] };

/** Parses a text. Null for a language without a grammar; broken code gives a tree with `ERROR` nodes. Never throws on code. */
export function parseCode(text: string, language: Language): SyntaxTree | null {
  if (text.length > MAX_CHARACTERS) {
    const root: SyntaxNode = { kind: 'too_large', start: 0, end: 0, line: 1, endLine: 1, children: [] };
    return { root, cut: `the file has more than ${MAX_CHARACTERS.toLocaleString('en')} characters, so only its text was looked at` };
  }
  const native = parseNative(text, language);
  return native === null ? null : copyTree(native);
}

/** Copies without recursion: hostile code nests as deep as it likes. */
function copyTree(native: SgNode): SyntaxTree {
  let cut: string | null = null;
  let count = 1;
  const root = copyNode(native);
  const pending: { from: SgNode; to: Growing; depth: number }[] = [{ from: native, to: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.depth >= MAX_DEPTH) {
      cut = `code nested deeper than ${MAX_DEPTH} levels was left out`;
      continue;
    }
    for (const child of next.from.namedChildren()) {
      if (++count > MAX_NODES)
        return { root, cut: `the file has more than ${MAX_NODES.toLocaleString('en')} syntax nodes; the rest was left out` };
      const copy = copyNode(child);
      if (copy.kind === 'comment') continue;
      next.to.children.push(copy);
      pending.push({ from: child, to: copy, depth: next.depth + 1 });
    }
  }
  return { root, cut };
}

function copyNode(node: SgNode): Growing {
  const { start, end } = node.range();
  return { kind: String(node.kind()), start: start.index, end: end.index, line: start.line + 1, endLine: end.line + 1, children: [] };
}
