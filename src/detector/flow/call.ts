import type { Expression } from '#syntax/code.ts';
import { elementOf, fieldOf } from './bind.ts';
import { clearingsAfterCall, factsOfCall } from './checks.ts';
import { FILE_CONTENT } from './family.ts';
import type { Machine } from './machine.ts';
import { pathOf, shownName } from './names.ts';
import { passThrough } from './passing.ts';
import { handlerHints } from './route-handlers.ts';
import type { Scope } from './scope.ts';
import { sourceOfCall } from './sources.ts';
import {
  CONSTANT,
  clearTaints,
  constantOf,
  deepTaints,
  type Facts,
  mergeTaints,
  type Taint,
  taintedBy,
  UNKNOWN,
  type Value,
} from './value.ts';

type Call = Expression & { kind: 'call' };

/** Methods whose callback is given the elements of the receiver. */
const OVER_ELEMENTS = /^(map|forEach|filter|flatMap|some|every|find|each|reduce|then|tap|reduceRight)$/;
/** Listeners whose callback is given what a stranger sent. */
const LISTENERS = /^(ws|socket|sock|conn|connection|client|io|websocket)\.(on|once|addListener)$/;
const QUIET_EVENTS = /^(error|close|open|connect|connection|disconnect|end|drain|finish|ready|listening|timeout|upgrade)$/;

/** Follows a call: its parts, what it tells the observer, and what comes back. */
export function evaluateCall(machine: Machine, call: Call, scope: Scope): Value {
  const { callee } = call;
  const receiver = callee.kind === 'member' ? machine.evaluate(callee.object, scope) : null;
  const target = callee.kind === 'member' ? memberOf(machine, callee, receiver ?? UNKNOWN, scope) : machine.evaluate(callee, scope);
  const path = pathOf(callee);
  const name = nameOf(callee, target, path);
  const method = name.split('.').at(-1) ?? name;
  const values = call.args.map((arg) =>
    arg.value.kind === 'function' ? { ...UNKNOWN, fn: arg.value } : machine.evaluate(arg.value, scope),
  );
  enterCallbacks(machine, call, { name, method, path, receiver, values }, scope);
  const args = values.filter((_value, index) => call.args[index]?.name === null);
  const named = new Map(call.args.flatMap((arg, index) => (arg.name === null ? [] : [[arg.name, values[index] ?? UNKNOWN] as const])));
  const { line, endLine, construct } = call;
  machine.observer.onCall({
    line,
    endLine,
    name,
    method,
    shown: shownName(callee),
    callee,
    receiver,
    args,
    named,
    nodes: call.args,
    construct,
    dialect: machine.dialect,
    local: target.fn !== null,
  });
  for (const [key, value] of named) {
    const node = call.args.find((arg) => arg.name === key)?.value;
    if (node !== undefined)
      machine.observer.onEntry({ line: node.line, endLine: node.endLine, key, value, node, where: 'argument', call: method });
  }
  scope.clear(clearingsAfterCall(method, args));
  const result = resultOf(machine, { call, target, name, method, path, receiver, args: [...args, ...named.values()] }, scope);
  growReceiver(callee, method, args, scope);
  return { ...result, facts: factsOfCallback(machine, call, method) ?? factsOfCall(method, receiver ?? UNKNOWN, args) ?? result.facts };
}

/** `allowed.some((name) => name === value)`: what holds for an element is what was checked. */
function factsOfCallback(machine: Machine, call: Call, method: string): Facts | null {
  const callback = call.args[0]?.value;
  if (callback?.kind !== 'function' || !/^(some|every|find|findIndex|filter)$/.test(method)) return null;
  const facts = machine.memory.returned(callback)?.facts ?? null;
  return facts && { yes: facts.yes, no: facts.yes };
}

function memberOf(machine: Machine, callee: Expression & { kind: 'member' }, receiver: Value, scope: Scope): Value {
  const path = pathOf(callee);
  const known = path === null ? undefined : (scope.get(path) ?? machine.memory.field(path));
  return known ?? fieldOf(receiver, callee.property);
}

function nameOf(callee: Expression, target: Value, path: string | null): string {
  if (target.ref !== null) return target.ref;
  if (path !== null) return path;
  return callee.kind === 'member' ? callee.property : '';
}

/** Callbacks are followed at once, with what is known of what they will be given. */
function enterCallbacks(
  machine: Machine,
  call: Call,
  known: { name: string; method: string; path: string | null; receiver: Value | null; values: readonly Value[] },
  scope: Scope,
): void {
  for (const [index, { value: node }] of call.args.entries()) {
    const fn = known.values[index]?.fn ?? null;
    const handler = fn === null || machine.dialect === 'python' ? null : handlerHints(routeOf(call, known.path), fn);
    if (node.kind === 'function') machine.enter(node, scope, handler ?? hintsFor(call, known), true);
    else if (fn !== null && handler !== null && !machine.handlers.has(fn)) {
      machine.handlers.add(fn);
      machine.enter(fn, scope, handler, true);
    }
  }
}

/** The dotted name of what is called, with the path left out in `router.route('/u').get`. */
function routeOf({ callee }: Call, path: string | null): string {
  if (path !== null || callee.kind !== 'member' || callee.object.kind !== 'call') return path ?? '';
  return `${pathOf(callee.object.callee) ?? ''}().${callee.property}`;
}

function hintsFor(
  call: Call,
  {
    name,
    method,
    path,
    receiver,
    values,
  }: { name: string; method: string; path: string | null; receiver: Value | null; values: readonly Value[] },
): (Value | undefined)[] {
  if (OVER_ELEMENTS.test(method) && receiver !== null)
    return method.startsWith('reduce') ? [values[1], elementOf(receiver)] : [elementOf(receiver)];
  if (/(^|\.)readdir$/.test(name))
    return [undefined, taintedBy({ kind: 'stored', text: 'the file names', path: `files@${call.line}`, owner: null, index: 0 })];
  const event = values[0]?.constant ? values[0].text : '';
  if (path !== null && LISTENERS.test(path) && !QUIET_EVENTS.test(event))
    return [taintedBy({ kind: 'request', text: 'the message', path: `message@${call.line}`, owner: null, index: 0 })];
  if (path !== null && /^(req|request)\.on$/.test(path) && event === 'data')
    return [taintedBy({ kind: 'request', text: 'the request body', path: 'req.body', owner: null, index: 0 })];
  if (method === 'addEventListener' && event === 'message') {
    const data = taintedBy({ kind: 'browser', text: 'event.data', path: 'event.data', owner: null, index: 0 });
    return [{ ...UNKNOWN, fields: new Map([['data', data]]) }];
  }
  return [];
}

interface ResolvedCall {
  readonly call: Call;
  readonly target: Value;
  readonly name: string;
  readonly method: string;
  readonly path: string | null;
  readonly receiver: Value | null;
  readonly args: readonly Value[];
}

function resultOf(machine: Machine, resolved: ResolvedCall, scope: Scope): Value {
  const { call, target, name, method, path, receiver, args } = resolved;
  const [first] = args;
  if (machine.dialect === 'javascript') {
    if ((name === 'require' || name === 'import') && first?.constant) return { ...UNKNOWN, ref: first.text.replace(/^node:/, '') };
    if (/(^|\.)(promisify|promisifyAll|toESM|__importStar|__importDefault|interopRequireDefault|partial|bind)$/.test(name))
      return method === 'bind' ? target : (first ?? UNKNOWN);
    if (/(^|\.)readdirSync$/.test(name))
      return taintedBy({ kind: 'stored', text: 'the file names', path: `files@${call.line}`, owner: null, index: 0 });
  }
  const opened = machine.dialect === 'python' && target.fn === null ? openedFile(name, method, receiver, first) : null;
  if (opened !== null) return opened;
  const source = path === null ? null : (sourceOfCall(path, machine.dialect) ?? sourceOfCall(name, machine.dialect));
  if (source !== null && (receiver?.taints.length ?? 0) === 0) {
    const key = first?.constant && first.text !== '' ? `.${first.text}` : '';
    return withGuards(
      taintedBy({
        kind: source,
        text: `${path}(${key === '' ? '' : JSON.stringify(first?.text)})`,
        path: `${path}${key}`,
        owner: null,
        index: 0,
      }),
      scope,
    );
  }
  if (method === 'get' && receiver !== null && receiver.taints.length > 0 && first?.constant)
    return withGuards(fieldOf(receiver, first.text), scope);
  // A mapped list holds what the callback returns.
  const callback = call.args[0]?.value;
  if (/^(map|flatMap|reduce|then)$/.test(method) && callback?.kind === 'function') return machine.memory.returned(callback) ?? UNKNOWN;
  if (target.fn !== null) return returnedBy(machine, target.fn, resolved);
  return passThrough({ name, method, receiver, args, construct: call.construct, dialect: machine.dialect });
}

/** `open(path)`: of what it holds, no more is known than who names it. */
function openedFile(name: string, method: string, receiver: Value | null, first: Value | undefined): Value | null {
  if (/^((io|gzip|bz2|lzma|codecs)\.)?open$/.test(name) && first !== undefined)
    return { ...UNKNOWN, taints: clearTaints(first.taints, FILE_CONTENT) };
  const isPath = /^(open|read_bytes)$/.test(method) && receiver !== null && receiver.ref === null;
  return isPath && receiver.taints.length > 0 ? { ...UNKNOWN, taints: clearTaints(receiver.taints, FILE_CONTENT) } : null;
}

function withGuards(value: Value, scope: Scope): Value {
  return { ...value, taints: value.taints.map((taint) => ({ ...taint, cleared: taint.cleared | scope.clearedFor(taint.source.path) })) };
}

/** The result of a function of this file: its own parameters stand for what this call hands over. */
function returnedBy(machine: Machine, fn: NonNullable<Value['fn']>, resolved: ResolvedCall): Value {
  const { args } = resolved;
  machine.memory.addCall(
    fn,
    args.map((arg) => deepTaints(arg)),
  );
  // A function of this file that is named like a cleaner is believed to be one.
  const cleaned = passThrough({ ...resolved, construct: false, dialect: machine.dialect, receiver: null, args: args.map((arg) => arg) });
  const returned = machine.memory.returned(fn);
  if (returned === undefined) return cleaned;
  if (/escape|sanitiz|encode|quote|clean|purify/i.test(resolved.method)) return cleaned;
  const taints = returned.taints.flatMap((taint): readonly Taint[] => {
    if (taint.source.owner !== fn) return [taint];
    const handed = args[taint.source.index];
    return handed === undefined
      ? []
      : deepTaints(handed).map((inner) => ({ ...inner, cleared: inner.cleared | taint.cleared, built: inner.built || taint.built }));
  });
  return { ...returned, taints: mergeTaints([taints]), facts: null };
}

/** `list.push(x)`: the variable carries what was put into it. */
function growReceiver(callee: Expression, method: string, args: readonly Value[], scope: Scope): void {
  if (callee.kind !== 'member' || callee.object.kind !== 'name' || !/^(push|append|unshift|extend|add|insert)$/.test(method)) return;
  const before = scope.get(callee.object.name);
  const taints = mergeTaints([before?.taints ?? [], ...args.map((arg) => deepTaints(arg))]);
  if (taints.length === 0) return;
  const text = [before?.text ?? '', ...args.map((arg) => arg.text)].join(' ');
  scope.set(callee.object.name, { ...(before ?? CONSTANT), ...constantOf(text), constant: false, taints });
}
