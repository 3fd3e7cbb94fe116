import type { Argument, Entry, Expression, FunctionCode } from '../code.ts';
import type { SyntaxNode } from '../node.ts';
import { childOf, nothing, placeOf, type Reading, textBetween, textOf, unescapeText } from './reading.ts';

/** Wrappers that change the type or the timing of a value, not the value. */
const TRANSPARENT = new Set([
  'parenthesized_expression',
  'await_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'yield_expression',
  'instantiation_expression',
  'jsx_expression',
  'computed_property_name',
  'expression_statement',
]);
const FUNCTIONS = new Set([
  'function_declaration',
  'function_expression',
  'function',
  'generator_function',
  'generator_function_declaration',
  'arrow_function',
  'method_definition',
]);
const NAMES = new Set([
  'identifier',
  'this',
  'super',
  'shorthand_property_identifier',
  'shorthand_property_identifier_pattern',
  'property_identifier',
  'private_property_identifier',
  'import',
  'meta_property',
]);
/** Nest and its kin. */
const FROM_REQUEST = /^@(Param|Query|Body|Headers|QueryParam|BodyParam|PathParam|HeaderParam|CookieParam|UploadedFile)\b/;
const HARMLESS_TYPE = /^:?\s*(number|boolean|bigint|Date)$/;

export function isFunctionNode(node: SyntaxNode): boolean {
  return FUNCTIONS.has(node.kind);
}

/** Lowers an expression or a pattern of JavaScript, TypeScript or JSX. */
export function lowerExpression(node: SyntaxNode, reading: Reading): Expression {
  const place = placeOf(node);
  const [first, second, third] = node.children;
  const lower = (child: SyntaxNode) => lowerExpression(child, reading);
  if (NAMES.has(node.kind)) return { ...place, kind: 'name', name: textOf(node, reading) };
  if (TRANSPARENT.has(node.kind)) return first === undefined ? nothing(node) : lower(first);
  if (FUNCTIONS.has(node.kind)) return lowerFunction(node, reading);
  switch (node.kind) {
    case 'string':
      return { ...place, kind: 'literal', value: unescapeText(reading.text.slice(node.start + 1, node.end - 1)) };
    case 'number':
      return { ...place, kind: 'literal', value: Number(textOf(node, reading)) };
    case 'true':
    case 'false':
      return { ...place, kind: 'literal', value: node.kind === 'true' };
    case 'null':
    case 'undefined':
      return { ...place, kind: 'literal', value: null };
    case 'regex': {
      const pattern = childOf(node, 'regex_pattern');
      const flags = childOf(node, 'regex_flags');
      return { ...place, kind: 'regex', source: pattern ? textOf(pattern, reading) : '', flags: flags ? textOf(flags, reading) : '' };
    }
    case 'template_string':
      return { ...place, kind: 'template', parts: lowerTemplate(node, reading) };
    case 'member_expression':
      return first && second
        ? { ...place, kind: 'member', object: lower(first), property: textOf(node.children.at(-1) ?? second, reading) }
        : nothing(node);
    case 'subscript_expression': {
      const index = node.children.at(-1);
      return first && index && index !== first ? { ...place, kind: 'index', object: lower(first), index: lower(index) } : nothing(node);
    }
    case 'call_expression':
    case 'new_expression':
      return first ? lowerCall(node, first, reading) : nothing(node);
    case 'binary_expression':
      return first && second
        ? { ...place, kind: 'binary', op: textBetween(first, second, reading), left: lower(first), right: lower(second) }
        : nothing(node);
    case 'unary_expression':
      return first
        ? { ...place, kind: 'unary', op: reading.text.slice(node.start, first.start).trim(), operand: lower(first) }
        : nothing(node);
    case 'ternary_expression':
      return first && second && third
        ? { ...place, kind: 'conditional', test: lower(first), whenTrue: lower(second), whenFalse: lower(third) }
        : nothing(node);
    case 'assignment_expression':
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return first && second ? { ...place, kind: 'assign', op: '=', target: lower(first), value: lower(second) } : nothing(node);
    case 'augmented_assignment_expression':
      return first && second
        ? { ...place, kind: 'assign', op: textBetween(first, second, reading), target: lower(first), value: lower(second) }
        : nothing(node);
    case 'object':
    case 'object_pattern':
      return { ...place, kind: 'object', entries: node.children.map((child) => lowerEntry(child, reading)) };
    case 'array':
    case 'array_pattern':
      return { ...place, kind: 'list', items: node.children.map(lower) };
    case 'required_parameter':
    case 'optional_parameter':
      return lowerTypedParameter(node, reading);
    case 'class':
    case 'class_declaration':
    case 'abstract_class_declaration': {
      const name = childOf(node, 'identifier', 'type_identifier');
      const body = childOf(node, 'class_body');
      return { ...place, kind: 'class', name: name ? textOf(name, reading) : null, body: body ? reading.lowerBody(body) : [] };
    }
    case 'jsx_element':
    case 'jsx_self_closing_element':
    case 'jsx_fragment':
      return lowerMarkup(node, reading);
    default:
      return { ...place, kind: 'other', parts: node.children.map(lower) };
  }
}

function lowerFunction(node: SyntaxNode, reading: Reading): FunctionCode {
  const isArrow = node.kind === 'arrow_function';
  const name = isArrow ? undefined : childOf(node, 'identifier', 'property_identifier', 'private_property_identifier');
  const params = childOf(node, 'formal_parameters');
  const body = node.children.at(-1);
  // `x => x + 1` has its parameter where other functions have their name.
  const bare = isArrow && params === undefined ? node.children[0] : undefined;
  return {
    ...placeOf(node),
    kind: 'function',
    name: name ? textOf(name, reading) : null,
    params: (params?.children ?? (bare ? [bare] : [])).map((param) => lowerExpression(param, reading)),
    body: body && body !== params && body !== bare ? reading.lowerBody(body) : [],
    decorators: [],
    isMethod: node.kind === 'method_definition',
    harmless: (params?.children ?? []).flatMap((param) => {
      const [target, type] = [childOf(param, 'identifier'), childOf(param, 'type_annotation')];
      return target && type && HARMLESS_TYPE.test(textOf(type, reading)) ? [textOf(target, reading)] : [];
    }),
    requested: (params?.children ?? []).flatMap((param) => {
      const [target, decorator] = [childOf(param, 'identifier'), childOf(param, 'decorator')];
      return target && decorator && FROM_REQUEST.test(textOf(decorator, reading)) ? [textOf(target, reading)] : [];
    }),
  };
}

function lowerTypedParameter(node: SyntaxNode, reading: Reading): Expression {
  const parts = node.children.filter(
    (child) => !['type_annotation', 'accessibility_modifier', 'decorator', 'override_modifier'].includes(child.kind),
  );
  const [target, value] = parts;
  if (target === undefined) return nothing(node);
  const lowered = lowerExpression(target, reading);
  return value === undefined
    ? lowered
    : { ...placeOf(node), kind: 'assign', op: '=', target: lowered, value: lowerExpression(value, reading) };
}

function lowerTemplate(node: SyntaxNode, reading: Reading): (string | Expression)[] {
  return node.children.flatMap((child): (string | Expression)[] => {
    if (child.kind !== 'template_substitution') return [unescapeText(textOf(child, reading))];
    const inner = child.children[0];
    return inner === undefined ? [] : [lowerExpression(inner, reading)];
  });
}

function lowerCall(node: SyntaxNode, callee: SyntaxNode, reading: Reading): Expression {
  const list = childOf(node, 'arguments', 'template_string');
  const tagged = list?.kind === 'template_string';
  const args: Argument[] = (tagged ? [list] : (list?.children ?? [])).map((child) => ({
    value: lowerExpression(child, reading),
    name: null,
  }));
  const lowered = lowerExpression(callee, reading);
  // A tagged template hands its parts over one by one: the tag, not the text, decides what they become.
  const parts = tagged
    ? [{ value: { ...placeOf(node), kind: 'list', items: args.map((arg) => arg.value) } as Expression, name: 'template' }]
    : args;
  return { ...placeOf(node), kind: 'call', callee: lowered, args: parts, construct: node.kind === 'new_expression' };
}

function lowerEntry(node: SyntaxNode, reading: Reading): Entry {
  const place = placeOf(node);
  const value = (child: SyntaxNode | undefined) => (child ? lowerExpression(child, reading) : nothing(node));
  const [first, second] = node.children;
  switch (node.kind) {
    case 'pair':
    case 'pair_pattern':
      return { ...place, key: first ? lowerKey(first, reading) : null, value: value(second) };
    case 'method_definition': {
      const method = lowerFunction(node, reading);
      return { ...place, key: method.name, value: method };
    }
    case 'shorthand_property_identifier':
    case 'shorthand_property_identifier_pattern':
      return { ...place, key: textOf(node, reading), value: value(node) };
    case 'object_assignment_pattern':
      return { ...place, key: first ? textOf(first, reading) : null, value: value(node) };
    default:
      return { ...place, key: null, value: value(first ?? node) };
  }
}

function lowerKey(node: SyntaxNode, reading: Reading): string | null {
  if (node.kind === 'computed_property_name') return null;
  return node.kind === 'string' ? reading.text.slice(node.start + 1, node.end - 1) : textOf(node, reading);
}

function lowerMarkup(node: SyntaxNode, reading: Reading): Expression {
  const head = node.kind === 'jsx_element' ? childOf(node, 'jsx_opening_element') : node;
  const attributes = (head?.children ?? []).flatMap((child): Entry[] => {
    const [name, value] = child.children;
    if (child.kind !== 'jsx_attribute' || name === undefined) return [];
    return [{ ...placeOf(child), key: textOf(name, reading), value: value ? lowerExpression(value, reading) : nothing(child) }];
  });
  const inside = node.children.filter((child) => /^jsx_(expression|element|self_closing_element|fragment)$/.test(child.kind));
  return { ...placeOf(node), kind: 'markup', attributes, content: inside.map((child) => lowerExpression(child, reading)) };
}
