import type { Expression, Place, Statement } from '../code.ts';
import type { SyntaxNode } from '../node.ts';

/** What the lowering of an expression needs from outside: the text, and how a function's body is lowered. */
export interface Reading {
  readonly text: string;
  lowerBody(node: SyntaxNode): readonly Statement[];
}

export function textOf(node: SyntaxNode, reading: Pick<Reading, 'text'>): string {
  return reading.text.slice(node.start, node.end);
}

/** The text between two nodes without white space: where the grammar keeps its operators. */
export function textBetween(left: SyntaxNode, right: SyntaxNode, reading: Pick<Reading, 'text'>): string {
  return reading.text.slice(left.end, right.start).trim();
}

export function placeOf(node: SyntaxNode): Place {
  return { line: node.line, endLine: node.endLine };
}

export function childOf(node: SyntaxNode, ...kinds: readonly string[]): SyntaxNode | undefined {
  return node.children.find((child) => kinds.includes(child.kind));
}

export function nothing(node: SyntaxNode): Expression {
  return { ...placeOf(node), kind: 'other', parts: [] };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' };

/** The meaning of a string's inside, as far as it matters for matching. */
export function unescapeText(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (_all, hex?: string, unicode?: string, plain?: string) => {
    const code = hex ?? unicode;
    return code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPES[plain ?? ''] ?? plain ?? '');
  });
}
