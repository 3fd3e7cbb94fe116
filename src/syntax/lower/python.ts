import type { Case, Expression, ImportedName, Statement } from '../code.ts';
import type { SyntaxNode } from '../node.ts';
import { lowerExpression, lowerFunction } from './python-expressions.ts';
import { childOf, nothing, placeOf, type Reading, textBetween, textOf } from './reading.ts';

const SILENT = new Set(['pass_statement', 'global_statement', 'nonlocal_statement', 'future_import_statement', 'type_alias_statement']);
const BLOCKS = new Set(['block', 'module', 'ERROR', 'else_clause', 'finally_clause']);

/** Lowers a Python tree. */
export function lowerPython(root: SyntaxNode, text: string): readonly Statement[] {
  const reading: Reading = {
    text,
    lowerBody: (node) => {
      if (BLOCKS.has(node.kind)) return lowerAll(node.children, reading);
      return [{ ...placeOf(node), kind: 'return', value: lowerExpression(node, reading) }];
    },
  };
  return reading.lowerBody(root);
}

function lowerAll(nodes: readonly SyntaxNode[], reading: Reading, inClass = false): Statement[] {
  return nodes.flatMap((node) => lowerStatement(node, reading, inClass));
}

function asStatement(value: Expression): Statement {
  return { line: value.line, endLine: value.endLine, kind: 'expression', value };
}

function lowerStatement(node: SyntaxNode, reading: Reading, inClass = false): readonly Statement[] {
  if (SILENT.has(node.kind)) return [];
  const place = placeOf(node);
  const [first] = node.children;
  const last = node.children.at(-1);
  const expression = (child: SyntaxNode | undefined) => (child ? lowerExpression(child, reading) : nothing(node));
  const body = (child: SyntaxNode | undefined) => (child ? lowerStatement(child, reading, inClass) : []);
  if (BLOCKS.has(node.kind)) return [{ ...place, kind: 'block', body: lowerAll(node.children, reading, inClass) }];
  switch (node.kind) {
    case 'expression_statement':
      return node.children.flatMap((child) => lowerSimple(child, reading));
    case 'assignment':
    case 'augmented_assignment':
      return lowerSimple(node, reading);
    case 'return_statement':
    case 'raise_statement':
      return [
        { ...place, kind: node.kind === 'return_statement' ? 'return' : 'throw', value: first ? lowerExpression(first, reading) : null },
      ];
    case 'break_statement':
    case 'continue_statement':
      return [{ ...place, kind: 'leave' }];
    case 'assert_statement':
      return first ? [{ ...place, kind: 'assert', test: lowerExpression(first, reading) }] : [];
    case 'if_statement':
      return [lowerIf(node, node.children, reading, inClass)];
    case 'for_statement': {
      const [target, over, block] = node.children;
      return [
        {
          ...place,
          kind: 'loop',
          target: expression(target),
          over: expression(over),
          keys: false,
          head: [],
          test: null,
          body: body(block),
        },
      ];
    }
    case 'while_statement':
      return [
        { ...place, kind: 'loop', target: null, over: null, keys: false, head: [], test: expression(first), body: body(node.children[1]) },
      ];
    case 'with_statement':
      return [{ ...place, kind: 'block', body: [...(first?.children ?? []).flatMap((item) => lowerWith(item, reading)), ...body(last)] }];
    case 'try_statement': {
      const handlers = node.children.filter((child) => /^except/.test(child.kind)).map((handler) => body(handler.children.at(-1)));
      const otherwise = childOf(node, 'else_clause');
      return [{ ...place, kind: 'try', body: [...body(first), ...body(otherwise)], handlers, last: body(childOf(node, 'finally_clause')) }];
    }
    case 'match_statement':
      return [lowerMatch(node, reading)];
    case 'decorated_definition':
    case 'function_definition':
    case 'class_definition':
      return [asStatement(lowerDefinition(node, [], reading, inClass))];
    case 'import_statement':
    case 'import_from_statement':
      return lowerImport(node, reading);
    default:
      return [asStatement(lowerExpression(node, reading))];
  }
}

function lowerSimple(node: SyntaxNode, reading: Reading): readonly Statement[] {
  const [target] = node.children;
  const value = node.children.at(-1);
  if (node.kind !== 'assignment' && node.kind !== 'augmented_assignment') return [asStatement(lowerExpression(node, reading))];
  if (target === undefined || value === undefined || value === target || value.kind === 'type') return [];
  const op = node.kind === 'assignment' ? '=' : textBetween(target, value, reading);
  const lowered: Expression = value.kind === 'assignment' ? lowerChained(value, reading) : lowerExpression(value, reading);
  return [asStatement({ ...placeOf(node), kind: 'assign', op, target: lowerExpression(target, reading), value: lowered })];
}

/** `a = b = value` nests to the right. */
function lowerChained(node: SyntaxNode, reading: Reading): Expression {
  const [statement] = lowerSimple(node, reading);
  return statement?.kind === 'expression' ? statement.value : nothing(node);
}

function lowerIf(node: SyntaxNode, parts: readonly SyntaxNode[], reading: Reading, inClass: boolean): Statement {
  const [test, block, ...rest] = parts;
  const [next, ...others] = rest;
  const branch = (child: SyntaxNode | undefined) => (child ? lowerStatement(child, reading, inClass) : []);
  const otherwise =
    next === undefined ? [] : next.kind === 'elif_clause' ? [lowerIf(next, [...next.children, ...others], reading, inClass)] : branch(next);
  return {
    ...placeOf(node),
    kind: 'if',
    test: test ? lowerExpression(test, reading) : nothing(node),
    whenTrue: branch(block),
    whenFalse: otherwise,
  };
}

function lowerWith(item: SyntaxNode, reading: Reading): readonly Statement[] {
  const [inner] = item.children;
  if (inner === undefined) return [];
  const [value, target] = inner.children;
  if (inner.kind !== 'as_pattern' || !value || !target) return [asStatement(lowerExpression(inner, reading))];
  return [
    asStatement({
      ...placeOf(item),
      kind: 'assign',
      op: '=',
      target: lowerExpression(target, reading),
      value: lowerExpression(value, reading),
    }),
  ];
}

function lowerMatch(node: SyntaxNode, reading: Reading): Statement {
  const [subject, block] = node.children;
  const cases = (block?.children ?? []).map((child): Case => {
    const pattern = child.children[0];
    const test = pattern ? lowerExpression(pattern, reading) : null;
    const last = child.children.at(-1);
    return { test: test?.kind === 'literal' ? test : null, body: last ? lowerStatement(last, reading) : [] };
  });
  return { ...placeOf(node), kind: 'switch', subject: subject ? lowerExpression(subject, reading) : nothing(node), cases };
}

function lowerDefinition(node: SyntaxNode, decorators: readonly Expression[], reading: Reading, inClass: boolean): Expression {
  const last = node.children.at(-1);
  if (node.kind === 'decorated_definition' && last) {
    const found = node.children
      .filter((child) => child.kind === 'decorator')
      .map((child) => (child.children[0] ? lowerExpression(child.children[0], reading) : nothing(child)));
    return lowerDefinition(last, found, reading, inClass);
  }
  if (node.kind === 'function_definition') return lowerFunction(node, reading, decorators, inClass);
  const name = childOf(node, 'identifier');
  return {
    ...placeOf(node),
    kind: 'class',
    name: name ? textOf(name, reading) : null,
    body: last ? lowerAll(last.children, reading, true) : [],
  };
}

function lowerImport(node: SyntaxNode, reading: Reading): readonly Statement[] {
  const place = placeOf(node);
  const [source, ...rest] = node.children;
  const local = (child: SyntaxNode) =>
    child.kind === 'aliased_import' ? child.children.map((part) => textOf(part, reading)) : [textOf(child, reading)];
  if (node.kind === 'import_from_statement') {
    const module = source ? textOf(source, reading) : '';
    const names = rest.map((child): ImportedName => {
      const [imported = '', alias] = local(child);
      return { imported, local: alias ?? imported };
    });
    return [{ ...place, kind: 'import', module, names }];
  }
  return node.children.map((child): Statement => {
    const [module = '', alias] = local(child);
    // `import os.path` binds `os`; `import os.path as p` binds the inner module.
    const names = [{ imported: '*', local: alias ?? module.split('.')[0] ?? module }];
    return { ...place, kind: 'import', module: alias ? module : (module.split('.')[0] ?? module), names };
  });
}
