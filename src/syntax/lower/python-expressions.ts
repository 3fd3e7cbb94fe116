import type { Argument, Clause, Entry, Expression, FunctionCode } from '../code.ts';
import type { SyntaxNode } from '../node.ts';
import { childOf, nothing, placeOf, type Reading, textBetween, textOf, unescapeText } from './reading.ts';

const TRANSPARENT = new Set([
  'parenthesized_expression',
  'await',
  'yield',
  'expression_statement',
  'type',
  'as_pattern_target',
  'case_pattern',
  'list_splat',
  'dictionary_splat',
  'list_splat_pattern',
  'dictionary_splat_pattern',
]);
const COMPREHENSIONS = new Set(['list_comprehension', 'set_comprehension', 'generator_expression', 'dictionary_comprehension']);
const HARMLESS_TYPE = /^(int|float|bool|complex|uuid\.UUID|UUID|(datetime\.)?(date|datetime|timedelta)|Optional\[(int|float|bool)\])$/;

/** Lowers a Python expression or assignment target. */
export function lowerExpression(node: SyntaxNode, reading: Reading): Expression {
  const place = placeOf(node);
  const [first, second, third] = node.children;
  const lower = (child: SyntaxNode) => lowerExpression(child, reading);
  if (TRANSPARENT.has(node.kind)) return first === undefined ? nothing(node) : lower(first);
  if (COMPREHENSIONS.has(node.kind)) return lowerComprehension(node, reading);
  switch (node.kind) {
    case 'identifier':
      return { ...place, kind: 'name', name: textOf(node, reading) };
    case 'dotted_name':
      return lowerDotted(node, reading);
    case 'integer':
    case 'float':
      return { ...place, kind: 'literal', value: Number(textOf(node, reading).replaceAll('_', '')) };
    case 'true':
    case 'false':
      return { ...place, kind: 'literal', value: node.kind === 'true' };
    case 'none':
      return { ...place, kind: 'literal', value: null };
    case 'string':
      return fromParts(node, stringParts(node, reading));
    case 'concatenated_string':
      return fromParts(
        node,
        node.children.flatMap((child) => stringParts(child, reading)),
      );
    case 'attribute':
      return first && second ? { ...place, kind: 'member', object: lower(first), property: textOf(second, reading) } : nothing(node);
    case 'subscript':
      if (!first || !second) return nothing(node);
      return second.kind === 'slice'
        ? lowerSlice(node, first, reading)
        : { ...place, kind: 'index', object: lower(first), index: lower(second) };
    case 'call':
      return first ? lowerCall(node, first, reading) : nothing(node);
    case 'binary_operator':
    case 'boolean_operator':
      return first && second
        ? { ...place, kind: 'binary', op: operator(first, second, reading), left: lower(first), right: lower(second) }
        : nothing(node);
    case 'comparison_operator':
      return lowerComparison(node, reading);
    case 'not_operator':
      return first ? { ...place, kind: 'unary', op: '!', operand: lower(first) } : nothing(node);
    case 'unary_operator':
      return first
        ? { ...place, kind: 'unary', op: reading.text.slice(node.start, first.start).trim(), operand: lower(first) }
        : nothing(node);
    case 'conditional_expression':
      return first && second && third
        ? { ...place, kind: 'conditional', test: lower(second), whenTrue: lower(first), whenFalse: lower(third) }
        : nothing(node);
    case 'named_expression':
      return first && second ? { ...place, kind: 'assign', op: '=', target: lower(first), value: lower(second) } : nothing(node);
    case 'dictionary':
      return { ...place, kind: 'object', entries: node.children.map((child) => lowerEntry(child, reading)) };
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
      return { ...place, kind: 'list', items: node.children.map(lower) };
    case 'lambda':
      return lowerFunction(node, reading);
    case 'default_parameter':
    case 'typed_default_parameter': {
      const value = node.children.at(-1);
      return first && value ? { ...place, kind: 'assign', op: '=', target: lower(first), value: lower(value) } : nothing(node);
    }
    case 'typed_parameter':
    case 'as_pattern':
      return first ? lower(first) : nothing(node);
    default:
      return { ...place, kind: 'other', parts: node.children.map(lower) };
  }
}

export function lowerFunction(node: SyntaxNode, reading: Reading, decorators: readonly Expression[] = [], isMethod = false): FunctionCode {
  const params = childOf(node, 'parameters', 'lambda_parameters');
  const name = node.kind === 'lambda' ? undefined : childOf(node, 'identifier');
  const body = node.children.at(-1);
  const harmless = (params?.children ?? []).flatMap((param) => {
    const [target, type] = [childOf(param, 'identifier'), childOf(param, 'type')];
    return target && type && HARMLESS_TYPE.test(textOf(type, reading)) ? [textOf(target, reading)] : [];
  });
  return {
    ...placeOf(node),
    kind: 'function',
    name: name ? textOf(name, reading) : null,
    params: (params?.children ?? []).map((param) => lowerExpression(param, reading)),
    body: body && body !== params ? reading.lowerBody(body) : [],
    decorators,
    isMethod,
    harmless,
    requested: [],
  };
}

/** `a.b.c` where the grammar has one flat node: imports and decorators. */
function lowerDotted(node: SyntaxNode, reading: Reading): Expression {
  const place = placeOf(node);
  return (
    node.children.reduce<Expression | null>((object, child) => {
      const name = textOf(child, reading);
      return object === null ? { ...place, kind: 'name', name } : { ...place, kind: 'member', object, property: name };
    }, null) ?? nothing(node)
  );
}

function operator(left: SyntaxNode, right: SyntaxNode, reading: Reading): string {
  const op = textBetween(left, right, reading);
  return op === 'and' ? '&&' : op === 'or' ? '||' : op;
}

function lowerComparison(node: SyntaxNode, reading: Reading): Expression {
  const place = placeOf(node);
  const [first, second] = node.children;
  if (first === undefined || second === undefined) return nothing(node);
  const op = textBetween(first, second, reading).replace(/\s+/g, ' ');
  const known = op === 'is' || op === '==' ? '===' : op === 'is not' || op === '!=' ? '!==' : op;
  return { ...place, kind: 'binary', op: known, left: lowerExpression(first, reading), right: lowerExpression(second, reading) };
}

function lowerSlice(node: SyntaxNode, object: SyntaxNode, reading: Reading): Expression {
  const place = placeOf(node);
  return {
    ...place,
    kind: 'call',
    construct: false,
    args: [],
    callee: { ...place, kind: 'member', object: lowerExpression(object, reading), property: 'slice' },
  };
}

function stringParts(node: SyntaxNode, reading: Reading): (string | Expression)[] {
  const prefix = childOf(node, 'string_start');
  const raw = prefix !== undefined && /r/i.test(textOf(prefix, reading));
  return node.children.flatMap((child): (string | Expression)[] => {
    if (child.kind === 'string_content') return [raw ? textOf(child, reading) : unescapeText(textOf(child, reading))];
    const inner = child.kind === 'interpolation' ? child.children[0] : undefined;
    return inner === undefined ? [] : [lowerExpression(inner, reading)];
  });
}

function fromParts(node: SyntaxNode, parts: (string | Expression)[]): Expression {
  const place = placeOf(node);
  return parts.every((part) => typeof part === 'string')
    ? { ...place, kind: 'literal', value: parts.join('') }
    : { ...place, kind: 'template', parts };
}

function lowerCall(node: SyntaxNode, callee: SyntaxNode, reading: Reading): Expression {
  const list = node.children.at(-1);
  const nodes = list === undefined || list === callee ? [] : list.kind === 'generator_expression' ? [list] : list.children;
  const args = nodes.map((child): Argument => {
    const [name, value] = child.children;
    if (child.kind === 'keyword_argument' && name && value) return { name: textOf(name, reading), value: lowerExpression(value, reading) };
    if (child.kind === 'dictionary_splat') return { name: '**', value: lowerExpression(child, reading) };
    return { name: null, value: lowerExpression(child, reading) };
  });
  return { ...placeOf(node), kind: 'call', callee: lowerExpression(callee, reading), args, construct: false };
}

function lowerEntry(node: SyntaxNode, reading: Reading): Entry {
  const [key, value] = node.children;
  if (node.kind !== 'pair' || !key || !value) return { ...placeOf(node), key: null, value: lowerExpression(key ?? node, reading) };
  const lowered = lowerExpression(key, reading);
  return { ...placeOf(node), key: lowered.kind === 'literal' ? String(lowered.value) : null, value: lowerExpression(value, reading) };
}

function lowerComprehension(node: SyntaxNode, reading: Reading): Expression {
  const [element, ...rest] = node.children;
  const clauses: Clause[] = [];
  for (const part of rest) {
    const [target, over] = part.children;
    if (part.kind === 'for_in_clause' && target && over) {
      clauses.push({ target: lowerExpression(target, reading), over: lowerExpression(over, reading), conditions: [] });
    } else if (part.kind === 'if_clause' && target) {
      const last = clauses.pop();
      if (last) clauses.push({ ...last, conditions: [...last.conditions, lowerExpression(target, reading)] });
    }
  }
  const value = element?.kind === 'pair' ? (element.children[1] ?? element) : element;
  return { ...placeOf(node), kind: 'comprehension', element: value ? lowerExpression(value, reading) : nothing(node), clauses };
}
