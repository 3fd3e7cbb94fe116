/** How a command speaks with whoever started it. Results go to `out`, everything else to `err`. */
export interface CommandIo {
  /** Writes text as it is; line ends are the caller's. */
  out(text: string): void;
  err(text: string): void;
  /** All of standard input as UTF-8. */
  readStdin(): Promise<string>;
  /** Whether `err` is a terminal that somebody watches. */
  readonly isTerminal: boolean;
  /** Whether `out` takes ANSI colours. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}
