/**
 * A syntax tree as plain data: named nodes only, comments left out. The native tree is let go as soon as it is copied,
 * because every question to it crosses into native code.
 */
export interface SyntaxNode {
  /** The grammar's word: `call_expression`, `function_definition`, … */
  readonly kind: string;
  /** Offsets into the text, UTF-16, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** 1-based, inclusive. */
  readonly line: number;
  readonly endLine: number;
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** What was left out because the code is too large or too deep; null when the tree is whole. */
  readonly cut: string | null;
}
