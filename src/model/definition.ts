/** The definition of a symbol that a model asked for, as the head has it. Comes from a stranger, like all code. */
export interface Definition {
  readonly symbol: string;
  readonly path: string;
  /** New-side number of the first line of `text`. */
  readonly startLine: number;
  /** Lines of the definition; its end is left out where it is long. */
  readonly text: string;
}
