import type { Argument, Expression, FunctionCode, Place } from '#syntax/code.ts';
import type { Value } from './value.ts';

/** A call, with what is known of everything that takes part in it. */
export interface CallSite extends Place {
  /** The dotted name, modules resolved: `child_process.exec`. */
  readonly name: string;
  readonly method: string;
  /** The name as the code writes it, for messages. */
  readonly shown: string;
  readonly receiver: Value | null;
  /** Positional arguments. */
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly nodes: readonly Argument[];
  readonly construct: boolean;
  readonly dialect: 'javascript' | 'python';
  readonly callee: Expression;
  /** True where the name is a function of this file. */
  readonly local: boolean;
}

/** A write to a member, `object.property = value` or `object[key] = value`. */
export interface WriteSite extends Place {
  readonly shown: string;
  /** Null for a computed property. */
  readonly property: string | null;
  readonly key: Value | null;
  readonly object: Value;
  readonly objectNode: Expression;
  readonly value: Value;
  readonly op: string;
}

/** An entry of an object literal, an attribute of markup, or a keyword argument. */
export interface EntrySite extends Place {
  readonly key: string;
  readonly value: Value;
  readonly node: Expression;
  readonly where: 'object' | 'markup' | 'argument';
  /** For a keyword argument, the last part of the name of the called function; empty elsewhere. */
  readonly call: string;
}

/** Any assignment, declarations included. */
export interface AssignSite extends Place {
  readonly target: Expression;
  readonly value: Value;
  readonly node: Expression;
}

export interface ReturnSite extends Place {
  readonly value: Value;
  readonly node: Expression;
  readonly fn: FunctionCode;
}

/** Is told what happens while code is followed. */
export interface Observer {
  onCall(site: CallSite): void;
  onWrite(site: WriteSite): void;
  onEntry(site: EntrySite): void;
  onAssign(site: AssignSite): void;
  onReturn(site: ReturnSite): void;
  onFunction(fn: FunctionCode): void;
}
