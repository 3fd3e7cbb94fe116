import type { Expression } from '#syntax/code.ts';

/** Longer chains are not named: nothing is looked up by them. */
const MAX_PARTS = 7;

/** `req.query.name` of an expression that is such a chain, also `req.query['name']`; null for anything else. */
export function pathOf(expression: Expression): string | null {
  const parts: string[] = [];
  let node = expression;
  while (parts.length < MAX_PARTS) {
    if (node.kind === 'name') return [node.name, ...parts.reverse()].join('.');
    if (node.kind === 'member') {
      parts.push(node.property);
      node = node.object;
    } else if (node.kind === 'index' && node.index.kind === 'literal' && node.index.value !== null) {
      parts.push(String(node.index.value));
      node = node.object;
    } else return null;
  }
  return null;
}

/** How an expression is named to people: its chain, with `…` for what has no name, e.g. `….innerHTML`. */
export function shownName(expression: Expression): string {
  const path = pathOf(expression);
  if (path !== null) return path;
  if (expression.kind === 'member') return `${shownObject(expression.object)}.${expression.property}`;
  return expression.kind === 'call' ? `${shownName(expression.callee)}()` : '…';
}

function shownObject(object: Expression): string {
  if (object.kind === 'call') return `${pathOf(object.callee) ?? '…'}()`;
  return pathOf(object) ?? '…';
}
