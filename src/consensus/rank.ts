import { compareSeverity, type Severity } from '#model/severity.ts';
import { compareText } from './claim-order.ts';

/** What a weakness is ranked by. */
export interface Ranked {
  readonly severity: Severity;
  readonly confidence: number | null;
  /** Voters for it. */
  readonly votes: number;
  readonly path: string;
  readonly startLine: number;
  /** Tells apart what is equal in everything else. */
  readonly name: string;
}

/** Worst first, then most confident (a confidence that was not stated last), then most agreed, then by place. */
export function compareRank(a: Ranked, b: Ranked): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    (b.confidence ?? -1) - (a.confidence ?? -1) ||
    b.votes - a.votes ||
    compareText(a.path, b.path) ||
    a.startLine - b.startLine ||
    compareText(a.name, b.name)
  );
}
