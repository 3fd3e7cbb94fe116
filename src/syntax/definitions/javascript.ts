import type { SyntaxNode } from '../node.ts';
import type { NamedPlace, Scope } from './named-place.ts';

const NAMES = new Set([
  'identifier',
  'type_identifier',
  'property_identifier',
  'private_property_identifier',
  'nested_identifier',
  'string',
  'shorthand_property_identifier_pattern',
]);
const FUNCTIONS = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);
const HOLDERS = new Set([
  'class_declaration',
  'abstract_class_declaration',
  'class',
  'interface_declaration',
  'type_alias_declaration',
  'enum_declaration',
  'internal_module',
]);
const SIGNATURES = new Set(['function_signature', 'method_signature', 'abstract_method_signature']);
const FIELDS = new Set(['public_field_definition', 'field_definition', 'property_signature']);
/** What encloses one definition and belongs to it. */
const WRAPPERS = new Set([
  'export_statement',
  'ambient_declaration',
  'expression_statement',
  'lexical_declaration',
  'variable_declaration',
]);
/** Values whose members are named after what they are assigned to. */
const OBJECTS = new Set(['object', 'class', 'as_expression', 'satisfies_expression', 'call_expression', 'new_expression']);
/** Names of what is defined elsewhere. */
const REFERENCES = new Set(['identifier', 'member_expression', 'string', 'export_clause', 'namespace_export']);
/** Brings another module's thing in; what it means is defined there. */
const IMPORT = /\brequire\s*\(|\bimport\s*\(/;

/** Definitions of JavaScript and TypeScript. Linear in the tree, which is no deeper than a stack is. */
export function readJavaScriptDefinitions(root: SyntaxNode, text: string): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  const textOf = (node: SyntaxNode) => text.slice(node.start, node.end);

  function nameOf(node: SyntaxNode): string | null {
    // The first word of an arrow function is its parameter, or its body.
    if (node.kind === 'arrow_function') return null;
    const name = node.children.find((child) => NAMES.has(child.kind));
    return name === undefined
      ? null
      : (textOf(name)
          .replace(/^['"#]|['"]$/g, '')
          .split('.')
          .at(-1) ?? null);
  }

  function add(name: string | null, node: SyntaxNode, scope: Scope, kind: NamedPlace['kind'] = 'definition'): void {
    const { line, endLine } = scope.around ?? node;
    if (name !== null) places.push({ name, holder: scope.holder, startLine: line, endLine, kind });
  }

  function visit(node: SyntaxNode, scope: Scope): void {
    const inner = define(node, scope);
    let decoratedFrom: number | null = null;
    for (const child of node.children) {
      // In the body of a class, decorators stand before what they decorate.
      if (child.kind === 'decorator') decoratedFrom ??= child.line;
      const decorated = decoratedFrom !== null && inner.around === null;
      visit(child, decorated ? { ...inner, around: { line: decoratedFrom ?? child.line, endLine: child.endLine } } : inner);
      if (child.kind !== 'decorator') decoratedFrom = null;
    }
  }

  /** Notes what a node defines, and answers the scope of what lies in it. */
  function define(node: SyntaxNode, scope: Scope): Scope {
    const { kind } = node;
    const inside: Scope = { ...scope, around: null };
    if (WRAPPERS.has(kind)) return defineDefault(node, scope);
    if (kind === 'variable_declarator') return defineVariable(node, scope);
    if (kind === 'assignment_expression') return defineAssigned(node, scope);
    if (kind === 'pair' || FIELDS.has(kind)) return defineMember(node, scope);
    if (SIGNATURES.has(kind)) add(nameOf(node), node, scope, 'signature');
    else if (HOLDERS.has(kind)) {
      const name = nameOf(node);
      add(name, node, scope);
      if (kind === 'enum_declaration')
        for (const member of membersOf(node)) add(nameOf(member) ?? textOf(member), node, { ...inside, holder: name });
      return { holder: name ?? scope.holder, local: false, around: null };
    } else if (FUNCTIONS.has(kind)) {
      const name = nameOf(node);
      add(name, node, scope);
      // What a function returns is known by the function's name; what a method does, by the class's.
      return { holder: kind === 'method_definition' ? scope.holder : (name ?? scope.holder), local: true, around: null };
    }
    return inside;
  }

  /** A wrapper belongs to the one definition in it; `export default` also makes one of what has no name. */
  function defineDefault(node: SyntaxNode, scope: Scope): Scope {
    const parts = node.children.filter((child) => child.kind !== 'decorator');
    const [value] = parts;
    if (node.kind === 'export_statement' && value !== undefined && !REFERENCES.has(value.kind)) {
      const before = node.children[node.children.indexOf(value) - 1];
      const named =
        value.kind.endsWith('_declaration') || (isFunction(value) && value.kind !== 'call_expression' && nameOf(value) !== null);
      if (!named && /\bdefault\b/.test(text.slice(before?.end ?? node.start, value.start))) add('default', node, scope);
    }
    return { ...scope, around: parts.length > 1 ? null : (scope.around ?? node) };
  }

  function defineVariable(node: SyntaxNode, scope: Scope): Scope {
    const [target, value] = [node.children[0], node.children.slice(1).findLast((child) => child.kind !== 'type_annotation')];
    const name = target?.kind === 'identifier' ? textOf(target) : null;
    const brought = value !== undefined && value.end - value.start < 300 && !isFunction(value) && IMPORT.test(textOf(value));
    if (!brought && (!scope.local || isFunction(value))) {
      const names = name !== null || target === undefined ? [name] : namesIn(target, textOf);
      for (const each of names) add(each, node, scope, value === undefined ? 'signature' : 'definition');
    }
    return { ...scope, holder: name ?? scope.holder, around: null };
  }

  /** `exports.a = …`, `A.prototype.b = …`, `this.c = …`, `module.exports = …`. */
  function defineAssigned(node: SyntaxNode, scope: Scope): Scope {
    const [target, value] = [node.children[0], node.children.at(-1)];
    const parts =
      target === undefined || target.end - target.start > 300
        ? []
        : textOf(target)
            .split('.')
            .map((part) => part.trim());
    const name = parts.length === 2 && parts[0] === 'module' && parts[1] === 'exports' ? 'default' : parts.at(-1);
    const holders = parts.slice(0, -1).filter((part) => !['module', 'exports', 'this', 'prototype', 'window', 'globalThis'].includes(part));
    const holder = holders.at(-1) ?? (parts[0] === 'this' ? scope.holder : null);
    const plain = name !== undefined && /^[\p{L}\p{N}_$#]+$/u.test(name) && target?.kind !== 'subscript_expression';
    const referred = value !== undefined && REFERENCES.has(value.kind);
    const told = isFunction(value) || parts[0] === 'this' || !scope.local;
    if (plain && told && !(referred && name === 'default'))
      add(name.replace('#', ''), node, { ...scope, holder }, isFunction(value) ? 'definition' : 'assignment');
    const isHolder = plain && name !== 'default' && value !== undefined && OBJECTS.has(value.kind);
    return { ...scope, holder: isHolder ? name : (holder ?? scope.holder), around: null };
  }

  function defineMember(node: SyntaxNode, scope: Scope): Scope {
    const [name, value] = [nameOf(node), node.children.at(-1)];
    const computed = node.children[0]?.kind === 'computed_property_name';
    const told = !computed && (node.kind !== 'pair' || !scope.local || isFunction(value));
    if (told) add(name, node, scope, node.kind === 'property_signature' ? 'signature' : 'definition');
    const isHolder = !computed && value !== undefined && OBJECTS.has(value.kind);
    return { ...scope, holder: isHolder ? name : scope.holder, around: null };
  }

  visit(root, { holder: null, local: false, around: null });
  return places;
}

/** True for a function or a class, and for a call that is handed one: `memo(() => …)`. */
function isFunction(value: SyntaxNode | undefined): boolean {
  if (value === undefined) return false;
  if (FUNCTIONS.has(value.kind) || value.kind === 'class') return true;
  const args = value.kind === 'call_expression' ? value.children.at(-1) : undefined;
  return args?.children.some((argument) => FUNCTIONS.has(argument.kind)) ?? false;
}

/** The names that a pattern gives to parts of a value. */
function namesIn(pattern: SyntaxNode, textOf: (node: SyntaxNode) => string): readonly string[] {
  if (pattern.kind === 'identifier' || pattern.kind === 'shorthand_property_identifier_pattern') return [textOf(pattern)];
  // A default value is no name, nor is the key of a pair.
  const parts =
    pattern.kind === 'pair_pattern'
      ? pattern.children.slice(1)
      : pattern.kind.includes('assignment')
        ? pattern.children.slice(0, 1)
        : pattern.children;
  return parts.flatMap((part) => namesIn(part, textOf));
}

function membersOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.find((child) => child.kind === 'enum_body')?.children ?? [];
}
