import type { Expression, ImportedName, Statement } from '../code.ts';
import type { SyntaxNode } from '../node.ts';
import { isFunctionNode, lowerExpression } from './javascript-expressions.ts';
import { childOf, nothing, placeOf, type Reading, textBetween, textOf } from './reading.ts';

/** Types and words without effect on values. */
const SILENT = new Set([
  'interface_declaration',
  'type_alias_declaration',
  'ambient_declaration',
  'empty_statement',
  'hash_bang_line',
  'debugger_statement',
  'function_signature',
  'statement_identifier',
  'decorator',
]);
const BLOCKS = new Set([
  'statement_block',
  'program',
  'class_body',
  'ERROR',
  'finally_clause',
  'labeled_statement',
  'internal_module',
  'module',
  'class_static_block',
  'else_clause',
]);

/** Lowers a JavaScript, TypeScript or TSX tree. */
export function lowerJavaScript(root: SyntaxNode, text: string): readonly Statement[] {
  const reading: Reading = {
    text,
    lowerBody: (node) => {
      if (BLOCKS.has(node.kind)) return lowerAll(node.children, reading);
      // The body of an arrow function may be a bare expression: its value is returned.
      return [{ ...placeOf(node), kind: 'return', value: lowerExpression(node, reading) }];
    },
  };
  return reading.lowerBody(root);
}

function lowerAll(nodes: readonly SyntaxNode[], reading: Reading): Statement[] {
  return nodes.flatMap((node) => lowerStatement(node, reading));
}

function asStatement(value: Expression): Statement {
  return { line: value.line, endLine: value.endLine, kind: 'expression', value };
}

function lowerStatement(node: SyntaxNode, reading: Reading): readonly Statement[] {
  if (SILENT.has(node.kind)) return [];
  const place = placeOf(node);
  const [first] = node.children;
  const last = node.children.at(-1);
  const expression = (child: SyntaxNode | undefined) => (child ? lowerExpression(child, reading) : nothing(node));
  const body = (child: SyntaxNode | undefined) => (child ? lowerStatement(child, reading) : []);
  if (BLOCKS.has(node.kind)) return [{ ...place, kind: 'block', body: lowerAll(node.children, reading) }];
  switch (node.kind) {
    case 'expression_statement':
      return first ? [asStatement(lowerExpression(first, reading))] : [];
    case 'lexical_declaration':
    case 'variable_declaration':
      return node.children.flatMap((child) => lowerDeclarator(child, reading));
    case 'public_field_definition':
    case 'field_definition':
      return lowerField(node, reading);
    case 'return_statement':
    case 'throw_statement':
      return [
        { ...place, kind: node.kind === 'return_statement' ? 'return' : 'throw', value: first ? lowerExpression(first, reading) : null },
      ];
    case 'break_statement':
    case 'continue_statement':
      return [{ ...place, kind: 'leave' }];
    case 'if_statement': {
      const otherwise = childOf(node, 'else_clause');
      const branch = node.children.filter((child) => child !== otherwise)[1];
      return [{ ...place, kind: 'if', test: expression(first), whenTrue: body(branch), whenFalse: body(otherwise) }];
    }
    case 'for_in_statement': {
      const over = node.children.at(-2);
      const target = node.children.at(-3) ?? first;
      const keys = target !== undefined && over !== undefined && textBetween(target, over, reading).endsWith('in');
      return [{ ...place, kind: 'loop', target: expression(target), over: expression(over), keys, head: [], test: null, body: body(last) }];
    }
    case 'for_statement': {
      const head = node.children.slice(0, -1).flatMap((child) => lowerLoose(child, reading));
      return [{ ...place, kind: 'loop', target: null, over: null, keys: false, head, test: null, body: body(last) }];
    }
    case 'while_statement':
      return [{ ...place, kind: 'loop', target: null, over: null, keys: false, head: [], test: expression(first), body: body(last) }];
    case 'do_statement':
      return [{ ...place, kind: 'block', body: [...body(first), ...(last ? [asStatement(lowerExpression(last, reading))] : [])] }];
    case 'switch_statement':
      return [lowerSwitch(node, reading)];
    case 'try_statement': {
      const handler = childOf(node, 'catch_clause');
      return [
        {
          ...place,
          kind: 'try',
          body: body(first),
          handlers: handler ? [body(handler.children.at(-1))] : [],
          last: body(childOf(node, 'finally_clause')),
        },
      ];
    }
    case 'import_statement':
      return lowerImport(node, reading);
    case 'export_statement':
      return [lowerExport(node, reading)];
    case 'enum_declaration':
      return [];
    default:
      return lowerLoose(node, reading);
  }
}

/** A node that may be a statement or a bare expression: heads of loops, pieces of broken code, class members. */
function lowerLoose(node: SyntaxNode, reading: Reading): readonly Statement[] {
  if (/_(statement|declaration)$/.test(node.kind) && !isFunctionNode(node) && !/class_declaration$/.test(node.kind))
    return lowerStatement(node, reading);
  return [asStatement(lowerExpression(node, reading))];
}

function lowerDeclarator(node: SyntaxNode, reading: Reading): readonly Statement[] {
  const parts = node.children.filter((child) => child.kind !== 'type_annotation');
  const [target, value] = parts;
  if (target === undefined || value === undefined || node.kind !== 'variable_declarator') return [];
  return [
    asStatement({
      ...placeOf(node),
      kind: 'assign',
      op: 'declare',
      target: lowerExpression(target, reading),
      value: lowerExpression(value, reading),
    }),
  ];
}

function lowerField(node: SyntaxNode, reading: Reading): readonly Statement[] {
  const key = childOf(node, 'property_identifier', 'private_property_identifier');
  const value = node.children.at(-1);
  if (key === undefined || value === undefined || value === key || value.kind === 'type_annotation') return [];
  const self: Expression = { ...placeOf(node), kind: 'name', name: 'this' };
  const target: Expression = { ...placeOf(node), kind: 'member', object: self, property: textOf(key, reading) };
  return [asStatement({ ...placeOf(node), kind: 'assign', op: '=', target, value: lowerExpression(value, reading) })];
}

function lowerSwitch(node: SyntaxNode, reading: Reading): Statement {
  const [subject, body] = node.children;
  const cases = (body?.children ?? []).map((child) => {
    const test = child.kind === 'switch_case' ? child.children[0] : undefined;
    return { test: test ? lowerExpression(test, reading) : null, body: lowerAll(test ? child.children.slice(1) : child.children, reading) };
  });
  return { ...placeOf(node), kind: 'switch', subject: subject ? lowerExpression(subject, reading) : nothing(node), cases };
}

function lowerImport(node: SyntaxNode, reading: Reading): readonly Statement[] {
  const source = childOf(node, 'string') ?? childOf(childOf(node, 'import_require_clause') ?? node, 'string');
  if (source === undefined) return [];
  const names: ImportedName[] = [];
  const clause = childOf(node, 'import_clause', 'import_require_clause');
  for (const part of clause?.children ?? []) {
    if (part.kind === 'identifier') names.push({ imported: '*', local: textOf(part, reading) });
    if (part.kind === 'namespace_import') names.push({ imported: '*', local: part.children[0] ? textOf(part.children[0], reading) : '' });
    if (part.kind !== 'named_imports') continue;
    for (const specifier of part.children) {
      const [imported, local] = specifier.children;
      if (imported) names.push({ imported: textOf(imported, reading), local: textOf(local ?? imported, reading) });
    }
  }
  return [{ ...placeOf(node), kind: 'import', module: reading.text.slice(source.start + 1, source.end - 1), names }];
}

function lowerExport(node: SyntaxNode, reading: Reading): Statement {
  const clause = childOf(node, 'export_clause');
  const names = (clause?.children ?? []).flatMap((specifier) => (specifier.children[0] ? [textOf(specifier.children[0], reading)] : []));
  const inner = node.children.find((child) => !['export_clause', 'string', 'decorator'].includes(child.kind));
  const value = inner ? lowerStatementOrValue(inner, reading) : null;
  return { ...placeOf(node), kind: 'export', names, value };
}

function lowerStatementOrValue(node: SyntaxNode, reading: Reading): Statement {
  return { ...placeOf(node), kind: 'block', body: lowerStatement(node, reading) };
}
