import type { FunctionCode, Program } from '#syntax/code.ts';
import { bindPattern } from './bind.ts';
import { evaluateExpression } from './evaluate.ts';
import { executeStatements } from './execute.ts';
import { findExports } from './exports.ts';
import { FAMILY } from './family.ts';
import { enterFunction } from './functions.ts';
import type { Machine } from './machine.ts';
import { Memory } from './memory.ts';
import type { Observer } from './observer.ts';
import { Scope } from './scope.ts';
import { type Taint, UNKNOWN } from './value.ts';

const SILENT: Observer = {
  onCall: () => {},
  onWrite: () => {},
  onEntry: () => {},
  onAssign: () => {},
  onReturn: () => {},
  onFunction: () => {},
};

/**
 * Follows the data of one file, and tells the observer of every call and write with what is known of its parts.
 * Two passes: the first learns what functions return and what fields hold, the second tells. The result resolves
 * sources that are parameters of the file's own functions.
 */
export function followProgram(program: FollowedProgram, observer: Observer): Followed {
  const memory = new Memory(findExports(program.body, program.dialect, program.isPiece));
  runPass(program, memory, SILENT);
  const finished = runPass(program, memory, observer);
  const resolve = (taint: Taint) =>
    resolveTaints([taint], memory).filter(({ source, cleared }) => {
      const { wanted } = taint;
      return wanted === undefined || (wanted.kinds.includes(source.kind) && (cleared & FAMILY[wanted.family]) === 0);
    });
  return { finished, resolve: (taints) => taints.flatMap(resolve) };
}

/** `isPiece`: only a part of the file is known. */
export type FollowedProgram = Program & { readonly isPiece: boolean };

export interface Followed {
  /** False when the code asked for more work than is given to one file. */
  readonly finished: boolean;
  resolve(taints: readonly Taint[]): readonly Taint[];
}

/** An ordinary file of 20,000 lines needs a tenth of it; code made to be slow ends here. */
const MAX_STEPS_OF_PASS = 2_000_000;

function runPass(program: Program, memory: Memory, observer: Observer): boolean {
  let steps = 0;
  const machine: Machine = {
    dialect: program.dialect,
    memory,
    observer,
    handlers: new Set(),
    evaluate: (expression, scope) => (++steps > MAX_STEPS_OF_PASS ? UNKNOWN : evaluateExpression(machine, expression, scope)),
    execute: (statements, scope) => executeStatements(machine, statements, scope),
    bind: (target, value, scope, op) => bindPattern(machine, target, value, scope, op),
    enter: (fn, scope, hints, asArgument) => enterFunction(machine, fn, scope, hints, asArgument),
  };
  machine.execute(program.body, new Scope(null));
  return steps <= MAX_STEPS_OF_PASS;
}

/** Calls of calls of calls: further back is not looked. */
const MAX_STEPS = 4;

/** Replaces parameters of the file's own functions by what the calls in the file hand over. */
function resolveTaints(
  taints: readonly Taint[],
  memory: Memory,
  steps = MAX_STEPS,
  seen: ReadonlySet<FunctionCode> = new Set(),
): readonly Taint[] {
  return taints.flatMap((taint): readonly Taint[] => {
    const { kind, owner, index } = taint.source;
    if (kind !== 'inner') return [taint];
    if (owner === null || steps === 0 || seen.has(owner)) return [];
    const handed = memory.callsOf(owner).flatMap((args) => args[index] ?? []);
    const outer = handed.map((inner) => ({ ...inner, cleared: inner.cleared | taint.cleared, built: inner.built || taint.built }));
    return resolveTaints(outer, memory, steps - 1, new Set([...seen, owner]));
  });
}
