import type { Finding } from '#model/finding.ts';
import type { KnownFinding } from '#model/lifecycle.ts';
import type { Followed } from './follow-lines.ts';

/** What a finding is recognised by. */
export type Recognisable = Pick<Finding, 'fingerprint' | 'cwe' | 'path' | 'startLine' | 'endLine' | 'evidence'>;

/** Something with the line that its code stands on. */
export interface Traced<F> {
  readonly one: F;
  /** Family and code, as text. */
  readonly key: string;
  readonly family: string;
  /** On the new head. */
  readonly line: number;
}

/** A known finding, and where its line stands on the new head. */
export interface KnownTrace {
  readonly one: KnownFinding;
  readonly key: string;
  readonly family: string;
  readonly place: Followed;
}
