import type { Claim } from './candidate.ts';
import type { Verdict } from './verdict.ts';

/** What one call cost. Unknown numbers are null, never 0. */
export interface Usage {
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  /** US dollars. 0 for a model on the owner's machine; null where the price is unknown. */
  readonly costUsd: number | null;
  readonly latencyMs: number;
  /** True when the answer came from the cache: then nothing was spent, and tokens and cost are 0. */
  readonly cached: boolean;
  /** Calls that it took, where it took more than one: rounds of questions, an answer that had to be asked for again. */
  readonly calls?: number;
}

export type OutcomeKind = 'answered' | 'refused' | 'truncated' | 'unreadable' | 'failed' | 'skipped';

/** What a model said beside claims, by the kind of its role. The words are the model's own: untrusted. */
export type Opinion =
  | {
      readonly kind: 'triage';
      /** 0..1: how suspicious; 0 where the model called it safe without a number, 1 where it called it suspicious. */
      readonly score: number;
      readonly reason: string;
    }
  | { readonly kind: 'verdicts'; readonly verdicts: readonly Verdict[] }
  | {
      readonly kind: 'explanation';
      readonly explanation: string;
      readonly fix: string;
      /** Text for the finding's lines, as the model proposes it; null where it proposes none. Not yet checked. */
      readonly replacement: string | null;
    }
  /** The answer of a custom role on a finding, in the form of its schema. */
  | { readonly kind: 'note'; readonly note: Readonly<Record<string, unknown>> };

/**
 * How one call of one seat on one chunk ended. Only `answered` is a full opinion; a model's silence is never an
 * approval. `truncated` keeps the claims that were complete.
 */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly claims: readonly Claim[];
      /** Absent where claims are all that the role is asked for. */
      readonly opinion?: Opinion;
      readonly usage: Usage;
    }
  | { readonly kind: 'truncated'; readonly claims: readonly Claim[]; readonly reason: string; readonly usage: Usage }
  | { readonly kind: 'refused' | 'unreadable'; readonly reason: string; readonly usage: Usage }
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string; readonly usage: Usage }
  /** Was not asked, because the budget did not allow it. */
  | { readonly kind: 'skipped'; readonly reason: string };

/** One call, with whose it was. Events and the store speak of these. */
export interface Execution {
  readonly modelId: string;
  readonly role: string;
  readonly chunkId: string;
  readonly outcome: Outcome;
  /** The model whose seat this one took for the chunk, because that one refused or was out of order; null in its own seat. */
  readonly standsInFor: string | null;
  /** Fingerprint of the finding that it was about; absent for a call about a whole chunk. */
  readonly finding?: string;
  /** Ids of the cases that a judge was asked to decide; absent for every other role. */
  readonly cases?: readonly string[];
}
