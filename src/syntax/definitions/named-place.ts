/** A place where a name gets its meaning. */
export interface NamedPlace {
  /** `default` for what a module exports without a name. */
  readonly name: string;
  /** The class, object, namespace or function that it belongs to; null at the top. */
  readonly holder: string | null;
  /** 1-based, inclusive: decorators and `export` belong to it. */
  readonly startLine: number;
  readonly endLine: number;
  /** How much it says: a definition, an assignment to what exists, or a signature alone. */
  readonly kind: 'definition' | 'assignment' | 'signature';
}

/** Where a walk through a tree is. */
export interface Scope {
  readonly holder: string | null;
  /** Inside a function: plain variables are its own business there. */
  readonly local: boolean;
  /** Lines of what encloses the next node and belongs to it: `export`, decorators; null where nothing does. */
  readonly around: { readonly line: number; readonly endLine: number } | null;
}
