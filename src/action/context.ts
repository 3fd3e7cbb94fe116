import type { PreparedReview } from '#jobs/context.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { PullRequest } from '#model/publication.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { Reporter } from '#ports/reporter.ts';
import type { ActionInputs, InputChoices } from './inputs.ts';
import type { ActionJob } from './job.ts';

/** Where texts of the revision lie whose configuration holds. */
export type ConfigHost = Pick<CodeHost, 'textAtBase' | 'textOfOwner'>;

/** What a step may write to. */
export interface ActionIo {
  /** Standard output, which is the log of the step. */
  out(text: string): void;
  /** The file of `GITHUB_EVENT_PATH`. Throws `InputError`. */
  readEvent(): Promise<unknown>;
  /** Appends to the file of `GITHUB_OUTPUT`. Does nothing where there is none. */
  appendOutput(text: string): Promise<void>;
  /** Appends to the file of `GITHUB_STEP_SUMMARY`. Does nothing where there is none. */
  appendSummary(markdown: string): Promise<void>;
  /** Writes a file, its folders with it. Throws `InputError` where that cannot be. */
  writeFile(path: string, text: string): Promise<void>;
  /** A text that nobody can guess. */
  random(): string;
}

/** The checkout of the job. */
export interface Checkout {
  /**
   * A range of its commits, or all its files where neither end is named. Throws `InputError` where there is no checkout
   * or a commit is not in it.
   */
  read(range: {
    readonly base: string | null;
    readonly head: string | null;
  }): Promise<{ readonly change: ChangeSet; readonly reader: CodeReader }>;
  /** A text file of its top folder; null where there is none. */
  textOf(path: string): Promise<string | null>;
}

/** What a step works with, once its inputs are known. */
export interface ActionParts {
  readonly host: CodeHost;
  readonly checkout: Checkout;
  /** Web address of GitHub, for links. */
  readonly webUrl: string;
  /** Where files are written whose place no input names. */
  readonly temporaryFolder: string;
  /** The configuration as a plan; what the inputs say over it holds. Throws `ConfigError`. */
  prepare(pull: PullRequest, host: ConfigHost): Promise<PreparedReview>;
}

export interface ActionContext {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly io: ActionIo;
  readonly reporters: readonly Reporter[];
  readonly choices: InputChoices;
  readonly version: string;
  /** The time in UTC, whole seconds, without a zone: `2027-01-31T09:30:00`. */
  now(): string;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  open(inputs: ActionInputs, job: ActionJob): Promise<ActionParts>;
}
