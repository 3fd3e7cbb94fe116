/**
 * Errors say whose turn it is. `hint` is the one thing to do. No error carries a prompt, a diff or a key.
 * Doors translate them: exit code 2, a check run, `application/problem+json`.
 */
export abstract class AegisError extends Error {
  /** Stable, `AEGIS_…`; errors are told apart by it and by class, never by message. */
  abstract readonly code: string;
  /** What the reader can do about it, one sentence. */
  readonly hint: string;
  /** True when the same call may succeed later without anybody's doing. */
  readonly retryable: boolean;

  constructor(message: string, options: { hint: string; retryable?: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }
}

/** The caller's input is at fault: a flag, a file, a ref, a diff. */
export class InputError extends AegisError {
  readonly code = 'AEGIS_INPUT';
}

/** The configuration is at fault. `problems` are all of them, at once. */
export class ConfigError extends AegisError {
  readonly code = 'AEGIS_CONFIG';
  /** The file, or what people call several. */
  readonly source: string;
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[], hint = `Mend ${source}; \`aegis config validate\` shows the same list.`) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${source} has ${count}`, { hint });
    this.source = source;
    this.problems = problems;
  }
}

/** One fault of a configuration file, with its place. Lines and columns are 1-based. */
export interface ConfigProblem {
  /** The file that it stands in, where an error is about several; else it is the error's. */
  readonly source?: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key: `review.min_severity`; empty for the whole file. */
  readonly key: string;
  readonly message: string;
}

/** Something outside was needed and could not be had. */
export class UnavailableError extends AegisError {
  readonly code = 'AEGIS_UNAVAILABLE';
}
