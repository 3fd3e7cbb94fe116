import type { Dialect, Expression, FunctionCode, Statement } from '#syntax/code.ts';
import type { Memory } from './memory.ts';
import type { Observer } from './observer.ts';
import type { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** The parts of the interpreter that call each other, wired in `follow.ts`. */
export interface Machine {
  readonly dialect: Dialect;
  readonly memory: Memory;
  readonly observer: Observer;
  /** Functions that were followed as handlers of a route: once is enough, and they may name themselves. */
  readonly handlers: Set<FunctionCode>;
  evaluate(expression: Expression, scope: Scope): Value;
  /** Runs statements in order; true when they always leave their block. */
  execute(statements: readonly Statement[], scope: Scope): boolean;
  /** Binds a pattern to a value. */
  bind(target: Expression, value: Value, scope: Scope, op: string): void;
  /** Follows a function's body once, with what is known of its arguments. */
  enter(fn: FunctionCode, scope: Scope, hints: readonly (Value | undefined)[], asArgument: boolean): void;
}
