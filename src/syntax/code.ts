/**
 * Code in one shape for all languages: what data flow needs to know of a program, and nothing else. JavaScript,
 * TypeScript and Python are lowered into it; types, decorations and punctuation are gone. Lines are 1-based.
 */
export interface Place {
  readonly line: number;
  readonly endLine: number;
}

export type Dialect = 'javascript' | 'python';

export type Expression = Place &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
    /** A template string or an f-string: text and holes in order. */
    | { readonly kind: 'template'; readonly parts: readonly (string | Expression)[] }
    /** A variable; `this` and `self` are names, too. */
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'member'; readonly object: Expression; readonly property: string }
    | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[]; readonly construct: boolean }
    | { readonly kind: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'unary'; readonly op: string; readonly operand: Expression }
    | { readonly kind: 'conditional'; readonly test: Expression; readonly whenTrue: Expression; readonly whenFalse: Expression }
    | { readonly kind: 'object'; readonly entries: readonly Entry[] }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'comprehension'; readonly element: Expression; readonly clauses: readonly Clause[] }
    /**
     * `target` is a pattern: a name, a member, an index, an object, a list, or an assignment that gives a default.
     * `op` is `=`, an augmented one such as `+=`, or `declare` where JavaScript makes a new variable.
     */
    | { readonly kind: 'assign'; readonly op: string; readonly target: Expression; readonly value: Expression }
    | { readonly kind: 'markup'; readonly attributes: readonly Entry[]; readonly content: readonly Expression[] }
    | FunctionCode
    | { readonly kind: 'class'; readonly name: string | null; readonly body: readonly Statement[] }
    /** Anything else: evaluated part by part for what happens inside. */
    | { readonly kind: 'other'; readonly parts: readonly Expression[] }
  );

export type FunctionCode = Place & {
  readonly kind: 'function';
  readonly name: string | null;
  readonly params: readonly Expression[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly isMethod: boolean;
  /** Names of parameters whose declared type cannot carry text: numbers, booleans, dates, UUIDs. */
  readonly harmless: readonly string[];
  /** Names of parameters that a framework fills from the request: `@Query('id') id`. */
  readonly requested: readonly string[];
};

export interface Argument {
  readonly value: Expression;
  /** Set for keyword arguments. */
  readonly name: string | null;
}

export interface Entry extends Place {
  /** Null for a computed key or a spread. */
  readonly key: string | null;
  readonly value: Expression;
}

export interface Clause {
  readonly target: Expression;
  readonly over: Expression;
  readonly conditions: readonly Expression[];
}

export type Statement = Place &
  (
    | { readonly kind: 'expression'; readonly value: Expression }
    | { readonly kind: 'return' | 'throw'; readonly value: Expression | null }
    /** break and continue */
    | { readonly kind: 'leave' }
    | { readonly kind: 'assert'; readonly test: Expression }
    | { readonly kind: 'if'; readonly test: Expression; readonly whenTrue: readonly Statement[]; readonly whenFalse: readonly Statement[] }
    /** `keys`: a JavaScript for-in, whose target is a property name. */
    | {
        readonly kind: 'loop';
        readonly target: Expression | null;
        readonly over: Expression | null;
        readonly keys: boolean;
        readonly head: readonly Statement[];
        readonly test: Expression | null;
        readonly body: readonly Statement[];
      }
    | { readonly kind: 'switch'; readonly subject: Expression; readonly cases: readonly Case[] }
    | {
        readonly kind: 'try';
        readonly body: readonly Statement[];
        readonly handlers: readonly (readonly Statement[])[];
        readonly last: readonly Statement[];
      }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | { readonly kind: 'import'; readonly module: string; readonly names: readonly ImportedName[] }
    | { readonly kind: 'export'; readonly names: readonly string[]; readonly value: Statement | null }
  );

export interface Case {
  /** Null for the default. */
  readonly test: Expression | null;
  readonly body: readonly Statement[];
}

export interface ImportedName {
  /** `*` for the module itself. */
  readonly imported: string;
  readonly local: string;
}

export interface Program {
  readonly dialect: Dialect;
  readonly body: readonly Statement[];
  /** What could not be read of the text; null when all was. */
  readonly cut: string | null;
}
