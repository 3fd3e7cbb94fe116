import type { Language } from '#model/language.ts';
import type { Severity } from '#model/severity.ts';

/**
 * How a static tool is run and read: one row of the table in `known-tools.ts`. Arguments may hold `{files}` (each file of
 * the change below the folder where the tool starts), `{folder}` (the folder that holds them), `{own}` (the folder of the
 * row's own files), `{base}` (where relative paths of the entry begin) and `{args}` (what the entry adds).
 */
export interface KnownTool {
  readonly name: string;
  /** One clause for the documentation. */
  readonly finds: string;
  readonly command: readonly string[];
  /** What stands for `{args}` where the entry does not say. */
  readonly args: readonly string[];
  /** Files of other languages are not handed over. */
  readonly languages: readonly Language[] | 'all';
  /** Exit codes that are no fault: most tools have one for "found something". */
  readonly exitCodes: readonly number[];
  readonly version: readonly string[];
  /** What to do where it is missing. */
  readonly install: string;
  /** Configuration that the tool is given in place of the repository's: names and texts. */
  readonly own: Readonly<Record<string, string>>;
  /** Paths by which a file of the change would configure the tool: it is handed over under another name. */
  readonly obeyed: RegExp | null;
  /** Handed paths that it passes over without a word: they are told as not read. */
  readonly overlooks?: RegExp;
  /** `sarif`: what it prints is passed on. Else it is translated; null where it is not in the tool's form. */
  readonly read: 'sarif' | ((printed: Printed) => ToolReport | null);
}

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolReport {
  readonly spotted: readonly Spotted[];
  /** Files that the tool could not read, as it prints their paths, and why in its own words; a null path means all. */
  readonly unread: readonly { readonly path: string | null; readonly why: string }[];
}

/** One finding of a tool. */
export interface Spotted {
  /** As the tool prints it. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The tool's own name of the rule. */
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  readonly cwe: string | null;
  readonly severity: Severity;
  /** 0..1; null where the tool states none. */
  readonly confidence: number | null;
  readonly fix: string | null;
}
