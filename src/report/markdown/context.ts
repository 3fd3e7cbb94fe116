import type { FailRule } from '#model/fail-rule.ts';

/** Where a text is going to be read, and what it may link to. */
export interface MarkdownContext {
  /** What makes the check fail; null where no check is decided by this text. */
  readonly failRule: FailRule | null;
  /** Address of lines of the reviewed revision; null where there is none. */
  readonly blobUrl: ((path: string, startLine: number, endLine: number) => string) | null;
  /** Shown so that a scan can be found again; null where scans have no id. */
  readonly scanId: string | null;
  /** The commit that was reviewed; null where it is none. */
  readonly headSha: string | null;
  readonly version: string;
  /** Whether somebody answers `/aegis …` where this is read. */
  readonly commands: boolean;
  /** How a checked replacement is shown: as a suggestion to commit, as code, or not at all. */
  readonly suggestions: 'commit' | 'code' | 'none';
  /** Fingerprints of the findings that have a comment of their own; null where none are made. */
  readonly commented: ReadonlySet<string> | null;
  /** Sentences for people about the review itself, such as warnings of the configuration. */
  readonly notes: readonly string[];
  /** How a person runs the review again, as a clause: "press **Re-run** on the check". Trusted Markdown. */
  readonly rerun: string;
  /** Where those findings stand that a text is too short for, as a sentence. Trusted Markdown. */
  readonly elsewhere: string;
}
