import type { Expression, FunctionCode } from '#syntax/code.ts';
import type { Machine } from './machine.ts';
import { pathOf } from './names.ts';
import { Scope } from './scope.ts';
import { PLAIN_PARAMETER, REQUEST_OBJECT, ROUTE_DECORATOR } from './sources.ts';
import { type SourceKind, taintedBy, UNKNOWN, type Value } from './value.ts';

/** Follows a function's body with its parameters bound to what is known of them. */
export function enterFunction(
  machine: Machine,
  fn: FunctionCode,
  outer: Scope,
  hints: readonly (Value | undefined)[],
  asArgument: boolean,
): void {
  const scope = new Scope(outer, fn);
  if (fn.isMethod && fn.name !== null) machine.memory.addMethod(fn.name, fn);
  const kind = kindOfParameters(machine, fn, asArgument);
  for (const [index, param] of fn.params.entries()) {
    const target = param.kind === 'assign' ? param.target : param;
    const value = hints[index] ?? parameterValue(fn, target, index, kind);
    machine.bind(target, value, scope, 'declare');
  }
  machine.observer.onFunction(fn);
  machine.execute(fn.body, scope);
  if (asArgument) outer.absorb(scope);
}

/** In whose hands the parameters are; null for callbacks, of whose callers nothing is known. */
function kindOfParameters(machine: Machine, fn: FunctionCode, asArgument: boolean): SourceKind | null {
  if (
    machine.dialect === 'python' &&
    fn.decorators.some((decorator) => ROUTE_DECORATOR.test(pathOf(decorator.kind === 'call' ? decorator.callee : decorator) ?? ''))
  )
    return 'request';
  if (machine.memory.isExported(fn)) return 'param';
  return asArgument || fn.name?.startsWith('__') ? null : 'inner';
}

function parameterValue(fn: FunctionCode, target: Expression, index: number, kind: SourceKind | null): Value {
  if (target.kind === 'object')
    return (
      handlerRequest(fn, target, index) ??
      (kind === null || kind === 'inner' ? UNKNOWN : taintedBy({ kind, text: '', path: `{${fn.line}}`, owner: fn, index }))
    );
  if (target.kind !== 'name' || fn.harmless.includes(target.name)) return UNKNOWN;
  if (fn.requested.includes(target.name))
    return taintedBy({ kind: 'request', text: target.name, path: target.name, owner: null, index: 0 });
  // Known by its name alone, so that `req` is still the request when it is taken apart.
  if (kind === 'request' ? REQUEST_OBJECT.test(target.name) : PLAIN_PARAMETER.test(target.name)) return { ...UNKNOWN, ref: target.name };
  if (kind === null) return UNKNOWN;
  return taintedBy({ kind, text: target.name, path: target.name, owner: fn, index });
}

/** `({ query, body }, res) => …`: a handler that takes its request apart. */
function handlerRequest(fn: FunctionCode, target: Expression & { kind: 'object' }, index: number): Value | null {
  const second = fn.params[1];
  const isHandler = index === 0 && second?.kind === 'name' && /^(res|response|reply)$/.test(second.name);
  if (!isHandler) return null;
  const taken = target.entries.flatMap((entry) =>
    entry.key !== null && /^(query|body|params|headers|cookies|url)$/.test(entry.key) ? [entry.key] : [],
  );
  const fields = new Map(
    taken.map((key) => [key, taintedBy({ kind: 'request', text: `req.${key}`, path: `req.${key}`, owner: null, index: 0 })]),
  );
  return { ...UNKNOWN, fields };
}
