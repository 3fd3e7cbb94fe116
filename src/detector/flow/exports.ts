import type { Dialect, Expression, FunctionCode, Statement } from '#syntax/code.ts';
import { pathOf } from './names.ts';

interface Exports {
  readonly functions: Set<FunctionCode>;
  readonly names: Set<string>;
  any: boolean;
}

/**
 * What a file offers to others: only the parameters of that are in a stranger's hands. Of a piece of a file that shows
 * no exports, every function at its top level may be one.
 */
export function findExports(body: readonly Statement[], dialect: Dialect, isPiece: boolean): Exports {
  const found: Exports = { functions: new Set(), names: new Set(), any: dialect === 'python' };
  for (const statement of body) visitStatement(statement, found, dialect);
  if (isPiece && !found.any) for (const statement of body) exportStatement(statement, found);
  // `class A {} … module.exports = A`
  for (const statement of body) {
    const value = statement.kind === 'expression' ? statement.value : null;
    if (value?.kind === 'class' && value.name !== null && found.names.has(value.name)) exportClass(value.body, found);
  }
  return found;
}

function visitStatement(statement: Statement, found: Exports, dialect: Dialect): void {
  if (statement.kind === 'block') for (const inner of statement.body) visitStatement(inner, found, dialect);
  if (statement.kind === 'export') {
    found.any = true;
    for (const name of statement.names) found.names.add(name);
    if (statement.value !== null) exportStatement(statement.value, found);
  }
  if (statement.kind === 'expression') {
    if (dialect === 'python') exportValue(statement.value, found);
    else visitAssignment(statement.value, found);
  }
}

function exportStatement(statement: Statement, found: Exports): void {
  if (statement.kind === 'block') for (const inner of statement.body) exportStatement(inner, found);
  if (statement.kind === 'expression') exportValue(statement.value.kind === 'assign' ? statement.value.value : statement.value, found);
  if (statement.kind === 'expression' && statement.value.kind === 'assign' && statement.value.target.kind === 'name')
    found.names.add(statement.value.target.name);
}

function visitAssignment(expression: Expression, found: Exports): void {
  if (expression.kind !== 'assign') return;
  const path = pathOf(expression.target) ?? '';
  if (/^(module\.exports|exports)(\.|$)|\.prototype(\.|$)|^(this|root|window|global|globalThis)\.\w+$/.test(path)) {
    found.any = true;
    exportValue(expression.value, found);
  }
  visitAssignment(expression.value, found);
}

function exportValue(value: Expression, found: Exports): void {
  if (value.kind === 'function' && !isPrivate(value.name)) found.functions.add(value);
  if (value.kind === 'name') found.names.add(value.name);
  if (value.kind === 'assign') exportValue(value.value, found);
  if (value.kind === 'call' && value.construct === false)
    for (const arg of value.args) if (arg.value.kind === 'name') found.names.add(arg.value.name);
  if (value.kind === 'object') for (const entry of value.entries) exportValue(entry.value, found);
  if (value.kind === 'class') exportClass(value.body, found);
}

function exportClass(body: readonly Statement[], found: Exports): void {
  for (const statement of body) {
    if (statement.kind !== 'expression') continue;
    const member = statement.value.kind === 'assign' ? statement.value.value : statement.value;
    if (member.kind === 'function' && !isPrivate(member.name)) found.functions.add(member);
  }
}

/** `__init__` and `constructor` are public: they take what the caller gives. */
function isPrivate(name: string | null): boolean {
  return name !== null && /^(_(?!_init__$)|#)/.test(name);
}
