import type { Expression } from '#syntax/code.ts';
import { elementOf, fieldOf } from './bind.ts';
import { evaluateCall } from './call.ts';
import { factsOfComparison, factsOfLogic, factsOfType } from './checks.ts';
import { ALL } from './family.ts';
import type { Machine } from './machine.ts';
import { pathOf } from './names.ts';
import type { Scope } from './scope.ts';
import { sourceOfPath } from './sources.ts';
import {
  CONSTANT,
  clearTaints,
  concatenate,
  constantOf,
  deepTaints,
  HOLE,
  joinValues,
  markBuilt,
  mergeTaints,
  type Taint,
  taintedBy,
  UNKNOWN,
  type Value,
} from './value.ts';

const COMPARISONS = new Set(['===', '!==', '==', '!=', '<', '>', '<=', '>=', 'in', 'not in', 'instanceof']);
const KNOWN_NAMES = new Set(['__dirname', '__filename', '__file__', 'undefined', 'NaN', 'Infinity']);
/** Members that are numbers or flags. */
const PLAIN_MEMBER = /^(length|size|byteLength|status|statusCode|count|index|lineno|pid)$/;

/** What is known of an expression's value. Tells the observer what happens on the way. */
export function evaluateExpression(machine: Machine, expression: Expression, scope: Scope): Value {
  const evaluate = (inner: Expression) => machine.evaluate(inner, scope);
  switch (expression.kind) {
    case 'literal':
      return constantOf(expression.value);
    case 'regex':
      return { ...CONSTANT, regex: { source: expression.source, flags: expression.flags } };
    case 'template':
      return concatenate(expression.parts.map((part) => (typeof part === 'string' ? constantOf(part) : evaluate(part))));
    case 'name':
      return evaluateName(expression.name, scope);
    case 'member':
    case 'index':
      return evaluateMember(machine, expression, scope);
    case 'call':
      return evaluateCall(machine, expression, scope);
    case 'binary':
      return evaluateBinary(machine, expression, scope);
    case 'unary': {
      const operand = evaluate(expression.operand);
      if (expression.op !== '!') return expression.op === 'void' ? UNKNOWN : { ...UNKNOWN, constant: operand.constant };
      return { ...UNKNOWN, constant: operand.constant, facts: operand.facts && { yes: operand.facts.no, no: operand.facts.yes } };
    }
    case 'conditional': {
      const { facts } = evaluate(expression.test);
      const [first, second] = [scope.branch(facts?.yes), scope.branch(facts?.no)];
      return joinValues(machine.evaluate(expression.whenTrue, first), machine.evaluate(expression.whenFalse, second));
    }
    case 'object':
      return evaluateObject(machine, expression, scope);
    case 'list': {
      const items = expression.items.map(evaluate);
      const text = items.length > 0 && items.length < 50 ? items.map((item) => item.text).join(' ') : HOLE;
      return {
        ...UNKNOWN,
        constant: items.every((item) => item.constant),
        text,
        taints: mergeTaints(items.map((item) => deepTaints(item))),
      };
    }
    case 'comprehension': {
      const inner = scope.branch();
      for (const { target, over, conditions } of expression.clauses) {
        machine.bind(target, elementOf(machine.evaluate(over, inner)), inner, '=');
        for (const condition of conditions) inner.clear(machine.evaluate(condition, inner).facts?.yes ?? []);
      }
      const element = machine.evaluate(expression.element, inner);
      return { ...elementOf(element), text: HOLE, facts: element.facts };
    }
    case 'assign':
      return evaluateAssignment(machine, expression, scope);
    case 'markup':
      for (const { key, value: node, line, endLine } of expression.attributes) {
        const value = evaluate(node);
        if (key !== null) machine.observer.onEntry({ line, endLine, key, value, node, where: 'markup', call: '' });
      }
      for (const child of expression.content) evaluate(child);
      return UNKNOWN;
    case 'function':
      machine.enter(expression, scope, [], false);
      return { ...UNKNOWN, fn: expression };
    case 'class':
      machine.execute(expression.body, scope.branch());
      return UNKNOWN;
    case 'other': {
      const parts = expression.parts.map(evaluate);
      return parts.length === 0
        ? UNKNOWN
        : { ...UNKNOWN, constant: parts.every((part) => part.constant), taints: mergeTaints(parts.map((part) => part.taints)) };
    }
  }
}

function evaluateName(name: string, scope: Scope): Value {
  const value = scope.get(name);
  if (value !== undefined) return checked(value, scope);
  return KNOWN_NAMES.has(name) ? CONSTANT : { ...UNKNOWN, ref: name };
}

/** Takes the checks into account that hold where a value is read. */
function checked(value: Value, scope: Scope): Value {
  if (value.taints.length === 0) return value;
  const taints = value.taints.map((taint): Taint => {
    const mask = scope.clearedFor(taint.source.path);
    return mask === 0 ? taint : { ...taint, cleared: taint.cleared | mask };
  });
  const head = value.head?.map((taint) => ({ ...taint, cleared: taint.cleared | scope.clearedFor(taint.source.path) })) ?? null;
  return { ...value, taints, head };
}

function evaluateMember(machine: Machine, expression: Expression & { kind: 'member' | 'index' }, scope: Scope): Value {
  const path = pathOf(expression);
  if (path !== null) {
    const kind = sourceOfPath(path, machine.dialect);
    const known =
      scope.get(path) ?? (kind === null ? machine.memory.field(path) : taintedBy({ kind, text: path, path, owner: null, index: 0 }));
    if (known !== undefined) return checked(known, scope);
  }
  const object = machine.evaluate(expression.object, scope);
  if (expression.kind === 'member')
    return PLAIN_MEMBER.test(expression.property)
      ? { ...UNKNOWN, facts: object.facts }
      : checked(fieldOf(object, expression.property), scope);
  const index = machine.evaluate(expression.index, scope);
  if (index.constant && expression.index.kind === 'literal') return checked(fieldOf(object, String(expression.index.value)), scope);
  const fields = object.fields === null ? [] : [...object.fields.values()];
  const element = fields.length > 0 ? fields.reduce(joinValues) : elementOf(object);
  // An entry of a table: where it exists, its key was one of the known ones.
  const facts =
    index.taints.length > 0 && object.taints.length === 0 ? index.taints.map((taint) => ({ path: taint.source.path, mask: ALL })) : [];
  return checked({ ...element, facts: facts.length > 0 ? { yes: facts, no: facts } : null }, scope);
}

function evaluateBinary(machine: Machine, expression: Expression & { kind: 'binary' }, scope: Scope): Value {
  const { op } = expression;
  const left = machine.evaluate(
    expression.left.kind === 'unary' && expression.left.op === 'typeof' ? expression.left.operand : expression.left,
    scope,
  );
  if (op === '&&' || op === '||' || op === '??') {
    const right = machine.evaluate(expression.right, scope.branch(op === '&&' ? left.facts?.yes : op === '||' ? left.facts?.no : []));
    const joined = op === '&&' ? { ...right, constant: right.constant } : joinValues(left, right);
    return { ...joined, facts: factsOfLogic(op, left.facts, right.facts) };
  }
  const right = machine.evaluate(expression.right, scope);
  if (COMPARISONS.has(op)) {
    const isType = expression.left.kind === 'unary' && expression.left.op === 'typeof';
    const facts = isType ? factsOfType(op, left, right.text) : factsOfComparison(op, left, right);
    return { ...UNKNOWN, constant: left.constant && right.constant, facts };
  }
  if (op === '+') return concatenate([left, right]);
  if (op === '%' && machine.dialect === 'python') {
    const text = left.text.replace(/%(\(\w+\))?[-+ #0]*\d*(\.\d+)?[srdifx]/g, right.constant ? '?' : HOLE);
    return {
      ...UNKNOWN,
      constant: left.constant && right.constant,
      text,
      taints: markBuilt(mergeTaints([left.taints, deepTaints(right)])),
    };
  }
  if (op === '/' && machine.dialect === 'python') return concatenate([left, constantOf('/'), right]);
  return { ...UNKNOWN, constant: left.constant && right.constant };
}

function evaluateObject(machine: Machine, expression: Expression & { kind: 'object' }, scope: Scope): Value {
  const fields = new Map<string, Value>();
  const spread: Value[] = [];
  for (const { key, value: node, line, endLine } of expression.entries) {
    const value = machine.evaluate(node, scope);
    if (key === null) spread.push(value);
    else fields.set(key, value);
    if (key !== null && value.fn !== null) machine.memory.addMethod(key, value.fn);
    if (key !== null) machine.observer.onEntry({ line, endLine, key, value, node, where: 'object', call: '' });
  }
  const constant = [...fields.values(), ...spread].every((value) => value.constant);
  return { ...UNKNOWN, constant, fields, taints: mergeTaints(spread.map((value) => deepTaints(value))) };
}

function evaluateAssignment(machine: Machine, expression: Expression & { kind: 'assign' }, scope: Scope): Value {
  const value = machine.evaluate(expression.value, scope);
  machine.observer.onAssign({
    target: expression.target,
    value,
    node: expression.value,
    line: expression.line,
    endLine: expression.endLine,
  });
  if (expression.op === '=' || expression.op === 'declare') {
    machine.bind(expression.target, value, scope, expression.op);
    return value;
  }
  const before = machine.evaluate(expression.target, scope);
  const after =
    expression.op === '+='
      ? concatenate([before, value])
      : /^(\|\||&&|\?\?)=$/.test(expression.op)
        ? joinValues(before, value)
        : { ...UNKNOWN, taints: clearTaints(mergeTaints([before.taints, value.taints]), ALL) };
  machine.bind(expression.target, after, scope, expression.op);
  return after;
}
