import type { FunctionCode } from '#syntax/code.ts';
import { joinValues, type Taint, type Value } from './value.ts';

/** What one pass over a file learns and the next one uses. */
export class Memory {
  /** What functions return, with their own parameters as sources. */
  readonly #returns = new Map<FunctionCode, Value>();
  /** What is written to `this.x` and `self.x`: read by other methods. */
  readonly #fields = new Map<string, Value>();
  /** For each function of the file, what its calls hand over, by position. */
  readonly #calls = new Map<FunctionCode, (readonly Taint[])[][]>();
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
    this.#returns.set(fn, before === undefined ? value : joinValues(before, value));
  }

  returned(fn: FunctionCode): Value | undefined {
    return this.#returns.get(fn);
  }

  addField(path: string, value: Value): void {
    const before = this.#fields.get(path);
    this.#fields.set(path, before === undefined ? value : joinValues(before, value));
  }

  field(path: string): Value | undefined {
    return this.#fields.get(path);
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
