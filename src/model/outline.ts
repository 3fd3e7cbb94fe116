/** What a syntax tree says about a file, as data. Line numbers are 1-based and inclusive. */
export interface Outline {
  /** Functions, methods and classes; inner ones after outer ones. */
  readonly symbols: readonly { readonly name: string; readonly startLine: number; readonly endLine: number }[];
  readonly importLines: readonly number[];
}
