import type { Expression } from '#syntax/code.ts';
import type { Machine } from './machine.ts';
import { pathOf, shownName } from './names.ts';
import type { Scope } from './scope.ts';
import { sourceOfPath } from './sources.ts';
import { taintedBy, UNKNOWN, type Value } from './value.ts';

/** Gives a pattern its value: a variable, the parts of an object or a list, or a member of something. */
export function bindPattern(machine: Machine, target: Expression, value: Value, scope: Scope, op: string): void {
  switch (target.kind) {
    case 'name':
      if (op === 'declare') scope.declare(target.name, value);
      else scope.set(target.name, value);
      return;
    case 'assign':
      bindPattern(machine, target.target, value, scope, op);
      return;
    case 'object':
      for (const entry of target.entries)
        bindPattern(machine, entry.value, entry.key === null ? value : takenFrom(machine, value, entry.key), scope, op);
      return;
    case 'list':
      for (const item of target.items) bindPattern(machine, item, elementOf(value), scope, op);
      return;
    case 'other':
      for (const part of target.parts) bindPattern(machine, part, value, scope, op);
      return;
    case 'member':
    case 'index':
      bindMember(machine, target, value, scope, op);
      return;
    default:
      return;
  }
}

/** A field that a pattern takes: of the request, it is what a stranger sent. */
function takenFrom(machine: Machine, value: Value, key: string): Value {
  const path = `${value.ref}.${key}`;
  const kind = value.ref === null ? null : sourceOfPath(path, machine.dialect);
  return kind === null ? fieldOf(value, key) : taintedBy({ kind, text: path, path, owner: null, index: 0 });
}

function bindMember(machine: Machine, target: Expression & { kind: 'member' | 'index' }, value: Value, scope: Scope, op: string): void {
  const object = machine.evaluate(target.object, scope);
  const literal = target.kind === 'index' && target.index.kind === 'literal' ? String(target.index.value) : null;
  const property = target.kind === 'member' ? target.property : literal;
  const key = target.kind === 'index' ? machine.evaluate(target.index, scope) : null;
  const { line, endLine } = target;
  machine.observer.onWrite({ line, endLine, shown: shownName(target), property, key, object, objectNode: target.object, value, op });
  const path = pathOf(target);
  if (path === null) return;
  scope.set(path, value);
  if (/^(this|self)\.\w+$/.test(path)) machine.memory.addField(path, value);
  // `Shape.prototype.area = function () { … }` is called as `this.area()`.
  const method = /\.prototype\.(\w+)$/.exec(path)?.[1];
  if (method !== undefined && value.fn !== null) machine.memory.addMethod(method, value.fn);
}

const PART_OF_ADDRESS = /^(hostname|host|origin|protocol|pathname|href|netloc|scheme|port)$/;

/** A member of a value: its field where it is known, else whatever the whole may carry. */
export function fieldOf(value: Value, key: string): Value {
  const field = value.fields?.get(key);
  if (field !== undefined) return field;
  const ref = value.ref === null ? null : `${value.ref}.${key}`;
  const taints = value.taints.map((taint) => {
    const { text, path } = taint.source;
    // A check of an address's host is a check of the address.
    const inner = PART_OF_ADDRESS.test(key) ? path : `${path}.${key}`;
    return { ...taint, source: { ...taint.source, text: text === '' ? key : `${text}.${key}`, path: inner } };
  });
  return { ...UNKNOWN, constant: value.constant, ref, taints };
}

/** One of the elements of a value. */
export function elementOf(value: Value): Value {
  return { ...UNKNOWN, constant: value.constant, taints: value.taints };
}
