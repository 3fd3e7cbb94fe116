import type { FunctionCode } from '#syntax/code.ts';
import { type Clearing, joinValues, type Value } from './value.ts';

/**
 * Variables and checks that hold at one point of the program. A branch works in a layer of its own, which is merged
 * when the branch ends: the cost is that of what it changed.
 */
export class Scope {
  readonly #parent: Scope | null;
  readonly #values = new Map<string, Value>();
  readonly #cleared = new Map<string, number>();
  readonly #declared: Set<string> | null;
  readonly #fn: FunctionCode | null;

  /** A layer with a function is that function's: what is declared in it ends with it. */
  constructor(parent: Scope | null, fn: FunctionCode | null = null) {
    this.#parent = parent;
    this.#fn = fn;
    this.#declared = fn === null ? null : new Set();
  }

  /** The function whose body this is part of; null at the top of a file. */
  owner(): FunctionCode | null {
    return this.#fn ?? this.#parent?.owner() ?? null;
  }

  get(path: string): Value | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      const value = scope.#values.get(path);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(path: string, value: Value): void {
    this.#values.set(path, value);
  }

  declare(path: string, value: Value): void {
    let scope: Scope = this;
    while (scope.#declared === null && scope.#parent !== null) scope = scope.#parent;
    if (scope.#declared !== null) scope.#declared.add(path);
    this.#values.set(path, value);
  }

  #isDeclared(path: string): boolean {
    return this.#declared?.has(path) ?? false;
  }

  /** Remembers that checks made sources harmless from here on. */
  clear(clearings: readonly Clearing[]): void {
    for (const { path, mask } of clearings) this.#cleared.set(path, (this.#cleared.get(path) ?? 0) | mask);
  }

  /** Families for which checks on this source, or on the object that holds it, have made it harmless. */
  clearedFor(path: string): number {
    let mask = 0;
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      if (scope.#cleared.size === 0) continue;
      for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) mask |= scope.#cleared.get(path.slice(0, end)) ?? 0;
    }
    return mask;
  }

  branch(clearings: readonly Clearing[] = []): Scope {
    const scope = new Scope(this);
    scope.clear(clearings);
    return scope;
  }

  /** Takes over what a branch wrote that was certainly run. */
  adopt(branch: Scope): void {
    for (const [path, value] of branch.#values) this.#values.set(path, value);
    for (const [path, mask] of branch.#cleared) this.clear([{ path, mask }]);
  }

  /** Takes over what branches wrote of which one was run. What a check told one of them ends with it. */
  merge(branches: readonly Scope[]): void {
    const paths = new Set(branches.flatMap((branch) => [...branch.#values.keys()]));
    for (const path of paths) {
      const before = this.get(path);
      const after = branches.map((branch) => branch.#values.get(path) ?? before).filter((value) => value !== undefined);
      if (after.length > 0) this.#values.set(path, after.reduce(joinValues));
    }
  }

  /** Takes over what a callback wrote to variables that were there before it. */
  absorb(callback: Scope): void {
    for (const [path, value] of callback.#values) {
      if (callback.#isDeclared(path)) continue;
      const before = this.get(path);
      if (before !== undefined) this.#values.set(path, joinValues(before, value));
    }
  }
}
