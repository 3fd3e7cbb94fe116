import type { FunctionCode } from '#syntax/code.ts';
import { joinValues, type Taint, UNKNOWN, type Value } from './value.ts';

/** What one pass over a file learns and the next one uses. */
export class Memory {
  /** What functions return, with their own parameters as sources. */
  readonly #returns = new Map<FunctionCode, Value>();
  /** What is written to `this.x` and `self.x`: read by other methods. */
  readonly #fields = new Map<string, Value>();
  /** For each function of the file, what its calls hand over, by position. */
  readonly #calls = new Map<FunctionCode, (readonly Taint[])[][]>();
  readonly #methods = new Map<string, FunctionCode>();
  readonly #exported: ReadonlySet<FunctionCode>;
  readonly exportedNames: ReadonlySet<string>;
  readonly hasExports: boolean;

  constructor(exports: { functions: ReadonlySet<FunctionCode>; names: ReadonlySet<string>; any: boolean }) {
    this.#exported = exports.functions;
    this.exportedNames = exports.names;
    this.hasExports = exports.any;
  }

  isExported(fn: FunctionCode): boolean {
    return this.#exported.has(fn) || (fn.name !== null && this.exportedNames.has(fn.name));
  }

  addReturn(fn: FunctionCode, value: Value): void {
    const before = this.#returns.get(fn);
    // Seen again in the second pass, a return says the same about what it checked.
    this.#returns.set(fn, before === undefined ? value : { ...joinValues(before, value), facts: before.facts && value.facts });
  }

  returned(fn: FunctionCode): Value | undefined {
    return this.#returns.get(fn);
  }

  addField(path: string, value: Value): void {
    const before = this.#fields.get(path);
    this.#fields.set(path, before === undefined ? value : joinValues(before, value));
  }

  /** What is known of `this.x`: what was written there, or the method of that name. */
  field(path: string): Value | undefined {
    const field = this.#fields.get(path);
    if (field !== undefined) return field;
    const dot = path.indexOf('.');
    const holder = path.slice(0, dot);
    const fn = holder === 'this' || holder === 'self' ? this.#methods.get(path.slice(dot + 1)) : undefined;
    return fn === undefined ? undefined : { ...UNKNOWN, fn };
  }

  /** Methods by name. Of two classes with a method of one name, the last one counts. */
  addMethod(name: string, fn: FunctionCode): void {
    this.#methods.set(name, fn);
  }

  addCall(fn: FunctionCode, args: readonly (readonly Taint[])[]): void {
    const known = this.#calls.get(fn) ?? [];
    // A function that is called more often than this is known well enough.
    if (known.length < 64) known.push([...args]);
    this.#calls.set(fn, known);
  }

  callsOf(fn: FunctionCode): readonly (readonly (readonly Taint[])[])[] {
    return this.#calls.get(fn) ?? [];
  }
}
