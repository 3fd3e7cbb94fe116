import type { Language } from '#model/language.ts';
import type { Severity } from '#model/severity.ts';
import type { Dialect, Place } from '#syntax/code.ts';
import type { AssignSite, CallSite, EntrySite, Observer, ReturnSite, WriteSite } from './flow/observer.ts';
import type { SourceKind, Taint } from './flow/value.ts';

/** What a rule saw. The engine resolves its sources, weighs it and turns it into a claim. */
export interface Sighting {
  readonly at: Place;
  /** For a source in a stranger's hands; milder sources weigh less. */
  readonly severity: Severity;
  /** 0..1, for a source in a stranger's hands. */
  readonly confidence: number;
  /** Where sources take part, `{source}` stands for the one that is named. */
  readonly message: string;
  readonly fix: string;
  /** The sources that make it a weakness; absent where the code is weak by itself. */
  readonly taints?: readonly Taint[];
  /** Callers' values count only as pieces of a longer text: handing one on as it is, is what wrappers do. */
  readonly onlyBuilt?: boolean;
  /** How it weighs all the same where a caller's value is handed on as it is; absent where that is nothing. */
  readonly whole?: { readonly severity: Severity; readonly confidence: number };
  /** Where the rule speaks of several weaknesses. */
  readonly cwe?: string;
  readonly title?: string;
}

export type Report = (sighting: Sighting) => void;

/** A text with what a rule over lines needs to know of it. */
export interface TextSource {
  readonly path: string;
  readonly language: Language | null;
  readonly lines: readonly string[];
}

/** One weakness. A rule knows nothing of its siblings; it is told of events and reports what it sees. */
export interface Rule {
  readonly id: string;
  readonly cwe: string;
  /** In the field's terms, as it stands above a comment. */
  readonly title: string;
  /** Where the weakness exists in one language only. */
  readonly dialect?: Dialect;
  /** Where tests and examples are full of it, and rightly so. */
  readonly notInFixtures?: true;
  readonly onCall?: (site: CallSite, report: Report) => void;
  readonly onWrite?: (site: WriteSite, report: Report) => void;
  readonly onEntry?: (site: EntrySite, report: Report) => void;
  readonly onAssign?: (site: AssignSite, report: Report) => void;
  readonly onReturn?: (site: ReturnSite, report: Report) => void;
  readonly onFunction?: (fn: Parameters<Observer['onFunction']>[0], report: Report) => void;
  readonly onText?: (source: TextSource, report: Report) => void;
}

/** Longer lines are bundles and data. */
const MAX_LINE = 2_000;

/** A rule over single lines of some languages; comments and very long lines are left out. */
export function eachLine(
  languages: readonly Language[],
  inspect: (line: string, at: Place, report: Report, source: TextSource) => void,
): NonNullable<Rule['onText']> {
  return (source, report) => {
    if (source.language === null || !languages.includes(source.language)) return;
    for (const [index, line] of source.lines.entries())
      if (line.length <= MAX_LINE && !/^\s*(#|\/\/|;|<!--)/.test(line))
        inspect(line, { line: index + 1, endLine: index + 1 }, report, source);
  };
}

/** Over the network. */
export const REMOTE: readonly SourceKind[] = ['request', 'browser'];
/** Anybody who can reach the code, its callers included. */
export const ANYONE: readonly SourceKind[] = ['request', 'browser', 'stored', 'cli', 'param'];
