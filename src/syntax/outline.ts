import { languageOf, languageOfShebang } from '#model/language.ts';
import type { Outline } from '#model/outline.ts';
import type { Outliner } from '#ports/code-reader.ts';
import type { SyntaxNode } from './node.ts';
import { parseCode } from './parse.ts';

type Symbols = { name: string; startLine: number; endLine: number }[];

const DEFINITIONS = new Set([
  'function_declaration',
  'generator_function_declaration',
  'class_declaration',
  'abstract_class_declaration',
  'method_definition',
  'function_definition',
  'class_definition',
]);
const NAME_KINDS = new Set(['identifier', 'type_identifier', 'property_identifier', 'private_property_identifier']);
const FUNCTION_VALUES = new Set(['arrow_function', 'function_expression', 'function', 'generator_function', 'class']);
const HOLDERS = new Set(['variable_declarator', 'assignment_expression', 'pair', 'public_field_definition', 'field_definition']);
const IMPORTS = new Set(['import_statement', 'import_from_statement', 'future_import_statement']);
const REQUIRE = /\brequire\s*\(|\bimport\s*\(/;

/** Functions, classes, methods and imports of a file, by its syntax tree. */
export const outlineOf: Outliner = (text, path) => {
  const language = languageOf(path) ?? languageOfShebang(text.split('\n', 1)[0] ?? '');
  const tree = language === null ? null : parseCode(text, language);
  return tree === null ? null : readOutline(tree.root, text);
};

function readOutline(root: SyntaxNode, text: string): Outline {
  const symbols: Symbols = [];
  const importLines = new Set<number>();
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const name = nameOf(node, text);
    if (name !== null) symbols.push({ name, startLine: node.line, endLine: node.endLine });
    if (isImport(node, text)) for (let line = node.line; line <= node.endLine; line += 1) importLines.add(line);
    for (const child of node.children) pending.push(child);
  }
  symbols.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  return { symbols, importLines: [...importLines].sort((a, b) => a - b) };
}

/** The name of a node that defines something, else null. A function assigned to a name has that name. */
function nameOf(node: SyntaxNode, text: string): string | null {
  const first = node.children[0];
  if (DEFINITIONS.has(node.kind)) {
    const name = node.children.find((child) => NAME_KINDS.has(child.kind));
    return name ? text.slice(name.start, name.end) : null;
  }
  const value = node.children.at(-1);
  if (!HOLDERS.has(node.kind) || first === undefined || value === undefined || !FUNCTION_VALUES.has(value.kind)) return null;
  return text.slice(first.start, first.end).split('.').at(-1) ?? null;
}

function isImport(node: SyntaxNode, text: string): boolean {
  if (IMPORTS.has(node.kind)) return true;
  if (node.kind === 'export_statement') return node.children.at(-1)?.kind === 'string';
  const isDeclaration = node.kind === 'lexical_declaration' || node.kind === 'variable_declaration';
  return isDeclaration && node.endLine - node.line < 12 && node.end - node.start < 2_000 && REQUIRE.test(text.slice(node.start, node.end));
}
