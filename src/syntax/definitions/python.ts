import type { SyntaxNode } from '../node.ts';
import type { NamedPlace, Scope } from './named-place.ts';

/** Decorators under which a second function of the name says less than the first, or nothing but types. */
const SECONDARY = /@(?:typing\.)?overload\b|\.(?:setter|deleter)\b/;

/** Definitions of Python. Linear in the tree, which is no deeper than a stack is. */
export function readPythonDefinitions(root: SyntaxNode, text: string): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  const textOf = (node: SyntaxNode) => text.slice(node.start, node.end);

  function add(name: string, node: SyntaxNode, scope: Scope, kind: NamedPlace['kind'] = 'definition'): void {
    const { line, endLine } = scope.around ?? node;
    places.push({ name, holder: scope.holder, startLine: line, endLine, kind });
  }

  function visit(node: SyntaxNode, scope: Scope, secondary: boolean): void {
    const inner = define(node, scope, secondary);
    const decorators = node.kind === 'decorated_definition' ? node.children.filter((child) => child.kind === 'decorator') : [];
    const below = decorators.some((decorator) => SECONDARY.test(textOf(decorator)));
    for (const child of node.children) visit(child, inner, below);
  }

  function define(node: SyntaxNode, scope: Scope, secondary: boolean): Scope {
    if (node.kind === 'decorated_definition') return { ...scope, around: node };
    const name = node.children.find((child) => child.kind === 'identifier');
    if (node.kind === 'function_definition' && name !== undefined) {
      add(textOf(name), node, scope, secondary ? 'signature' : 'definition');
      // What a method defines belongs to its class.
      return { holder: scope.holder ?? textOf(name), local: true, around: null };
    }
    if (node.kind === 'class_definition' && name !== undefined) {
      add(textOf(name), node, scope);
      return { holder: textOf(name), local: false, around: null };
    }
    if (node.kind === 'assignment') assign(node, scope);
    const alias = node.kind === 'type_alias_statement' ? node.children[0] : undefined;
    if (alias !== undefined) add(textOf(alias).replace(/\[[\s\S]*$/, ''), node, scope);
    return { ...scope, around: null };
  }

  function assign(node: SyntaxNode, scope: Scope): void {
    const [target, ...rest] = node.children;
    const value = rest.findLast((child) => child.kind !== 'type');
    if (target === undefined) return;
    if (target.kind === 'attribute') {
      const [object, name] = textOf(target).split('.');
      if (object === 'self' && name !== undefined) add(name, node, scope, 'assignment');
      return;
    }
    if (scope.local && value?.kind !== 'lambda') return;
    const names = target.kind === 'identifier' ? [target] : target.children.filter((child) => child.kind === 'identifier');
    for (const name of names) add(textOf(name), node, scope, value === undefined ? 'signature' : 'definition');
  }

  visit(root, { holder: null, local: false, around: null }, false);
  return places;
}
