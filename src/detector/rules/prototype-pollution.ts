import type { Expression, FunctionCode, Statement } from '#syntax/code.ts';
import { pathOf } from '../flow/names.ts';
import { type Taint, taintsFor } from '../flow/value.ts';
import type { Report, Rule } from '../rule.ts';

const FIX = 'Refuse the keys `__proto__`, `constructor` and `prototype`, or use a `Map` or an object without a prototype.';
const GUARD_WORD = /__proto__|^(prototype|constructor|hasOwnProperty|hasOwn)$/;
const GUARD_NAME =
  /proto|unsafe|isSafe|safeKey|forbidden|blocked|denied|blacklist|whitelist|allowed|invalidKey|validKey|hasOwn|isPolluted|disallowed/i;

/** Writing to keys that a stranger chooses reaches the prototype of all objects. */
export const prototypePollution: Rule = {
  id: 'prototype-pollution',
  cwe: 'CWE-1321',
  title: 'Prototype pollution',
  dialect: 'javascript',
  onFunction(fn, report) {
    if (fn.body.length > 0) inspectFunction(fn, report);
  },
  onWrite(site, report) {
    // obj[a][b] = value with both keys from the request.
    if (site.key === null || site.objectNode.kind !== 'index') return;
    const taints: readonly Taint[] = taintsFor(site.key, 'pollution', ['request']);
    if (taints.length === 0 || site.objectNode.index.kind === 'literal') return;
    report({
      at: site,
      severity: 'high',
      confidence: 0.7,
      taints,
      message: `{source} is used as a key of a key: \`__proto__\` there changes all objects.`,
      fix: FIX,
    });
  },
};

interface Shape {
  guarded: boolean;
  /** Keys that run over another object's properties. */
  readonly loopKeys: Set<string>;
  /** Variables that walk down by a computed key: `node = node[key]`. */
  readonly walkers: Set<string>;
  readonly writes: { readonly object: string; readonly key: string; readonly line: number; readonly endLine: number }[];
  /** Own calls that hand over `x[key]`. */
  recursion: boolean;
  /** Variables that start as a new object: a copy into them reaches nobody else. */
  readonly fresh: Set<string>;
}

function inspectFunction(fn: FunctionCode, report: Report): void {
  const shape: Shape = { guarded: false, loopKeys: new Set(), walkers: new Set(), writes: [], recursion: false, fresh: new Set() };
  readShape(fn, shape);
  if (shape.guarded) return;
  const merge = shape.recursion ? shape.writes.find((write) => shape.loopKeys.has(write.key) && !shape.fresh.has(write.object)) : undefined;
  const set = shape.writes.find((write) => shape.walkers.has(write.object));
  const at = merge ?? set;
  if (at === undefined) return;
  const message = merge
    ? `\`${fn.name ?? 'This function'}\` copies every key deeply, \`__proto__\` too, so the prototype of all objects can be changed.`
    : `\`${fn.name ?? 'This function'}\` walks down a path of keys and writes there; \`__proto__\` in the path changes all objects.`;
  report({ at, severity: 'high', confidence: 0.65, message, fix: FIX });
}

/** Reads a function's body with an own stack, inner callbacks included. */
function readShape(fn: FunctionCode, shape: Shape): void {
  const statements: Statement[] = [...fn.body];
  const expressions: Expression[] = [];
  for (let steps = 0; steps < 4_000; steps += 1) {
    const statement = statements.pop();
    if (statement !== undefined) {
      readStatement(statement, shape, statements, expressions);
      continue;
    }
    const expression = expressions.pop();
    if (expression === undefined) return;
    readExpression(expression, fn, shape, statements, expressions);
  }
  shape.guarded = true;
}

function readStatement(statement: Statement, shape: Shape, statements: Statement[], expressions: Expression[]): void {
  switch (statement.kind) {
    case 'expression':
      expressions.push(statement.value);
      break;
    case 'return':
    case 'throw':
      if (statement.value) expressions.push(statement.value);
      break;
    case 'if':
      expressions.push(statement.test);
      statements.push(...statement.whenTrue, ...statement.whenFalse);
      break;
    case 'loop':
      if (statement.target?.kind === 'name' && (statement.keys || isKeyList(statement.over))) shape.loopKeys.add(statement.target.name);
      if (statement.target?.kind === 'list' && statement.target.items[0]?.kind === 'name' && isKeyList(statement.over))
        shape.loopKeys.add(statement.target.items[0].name);
      if (statement.over) expressions.push(statement.over);
      if (statement.test) expressions.push(statement.test);
      statements.push(...statement.head, ...statement.body);
      break;
    case 'switch':
      expressions.push(statement.subject);
      for (const { test, body } of statement.cases) {
        if (test) expressions.push(test);
        statements.push(...body);
      }
      break;
    case 'try':
      statements.push(...statement.body, ...statement.handlers.flat(), ...statement.last);
      break;
    case 'block':
      statements.push(...statement.body);
      break;
    default:
      break;
  }
}

function isKeyList(over: Expression | null): boolean {
  return over?.kind === 'call' && /(^|\.)(keys|entries|getOwnPropertyNames|ownKeys)$/.test(pathOf(over.callee) ?? '');
}

function readExpression(node: Expression, fn: FunctionCode, shape: Shape, statements: Statement[], expressions: Expression[]): void {
  switch (node.kind) {
    case 'literal':
      if (typeof node.value === 'string' && GUARD_WORD.test(node.value)) shape.guarded = true;
      break;
    case 'name':
      if (GUARD_NAME.test(node.name)) shape.guarded = true;
      break;
    case 'regex':
      if (node.source.includes('proto')) shape.guarded = true;
      break;
    case 'member':
      if (GUARD_NAME.test(node.property) && node.property !== 'prototype') shape.guarded = true;
      expressions.push(node.object);
      break;
    case 'index':
      expressions.push(node.object, node.index);
      break;
    case 'call':
      readCall(node, fn, shape, statements);
      expressions.push(node.callee, ...node.args.map((arg) => arg.value));
      break;
    case 'assign':
      readAssignment(node, shape);
      expressions.push(node.target, node.value);
      break;
    case 'binary':
      expressions.push(node.left, node.right);
      break;
    case 'unary':
      expressions.push(node.operand);
      break;
    case 'conditional':
      expressions.push(node.test, node.whenTrue, node.whenFalse);
      break;
    case 'object':
      expressions.push(...node.entries.map((entry) => entry.value));
      break;
    case 'list':
      expressions.push(...node.items);
      break;
    case 'other':
      expressions.push(...node.parts);
      break;
    case 'template':
      expressions.push(...node.parts.filter((part) => typeof part !== 'string'));
      break;
    default:
      break;
  }
}

function readCall(node: Expression & { kind: 'call' }, fn: FunctionCode, shape: Shape, statements: Statement[]): void {
  const callback = node.args[0]?.value;
  const method = node.callee.kind === 'member' ? node.callee.property : '';
  if (callback?.kind === 'function' && method === 'forEach' && node.callee.kind === 'member' && isKeyList(node.callee.object)) {
    const [key] = callback.params;
    if (key?.kind === 'name') shape.loopKeys.add(key.name);
    statements.push(...callback.body);
  }
  const called = pathOf(node.callee)?.split('.').at(-1);
  const own =
    called !== undefined &&
    (called === fn.name ||
      /^(deep)?_?(merge|extend|assign|mixin|defaults|copy|clone)(deep|recursive)?$/i.test(called) ||
      (node.callee.kind === 'member' && node.callee.property === 'callee'));
  if (own && node.args.some((arg) => arg.value.kind === 'index' && arg.value.index.kind === 'name')) shape.recursion = true;
}

function readAssignment(node: Expression & { kind: 'assign' }, shape: Shape): void {
  const { target, value } = node;
  if (target.kind === 'index' && target.object.kind === 'name' && target.index.kind !== 'literal') {
    const key = target.index.kind === 'name' ? target.index.name : '…';
    shape.writes.push({ object: target.object.name, key, line: node.line, endLine: node.endLine });
  }
  if (target.kind === 'name' && isNewObject(value)) shape.fresh.add(target.name);
  const source = value.kind === 'assign' ? value.target : value;
  const from = source.kind === 'binary' ? source.left : source;
  if (
    target.kind === 'name' &&
    from.kind === 'index' &&
    from.index.kind !== 'literal' &&
    from.object.kind === 'name' &&
    from.object.name === target.name
  )
    shape.walkers.add(target.name);
}

function isNewObject(value: Expression): boolean {
  if (value.kind === 'object' || value.kind === 'list') return true;
  if (value.kind === 'conditional') return isNewObject(value.whenTrue) && isNewObject(value.whenFalse);
  return value.kind === 'call' && /^Object\.(assign|create)$/.test(pathOf(value.callee) ?? '') && value.args[0]?.value.kind !== 'name';
}
