import type { Claim } from './candidate.ts';

/** What one call cost. Unknown numbers are null, never 0. */
export interface Usage {
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  /** US dollars. 0 for a model on the owner's machine; null where the price is unknown. */
  readonly costUsd: number | null;
  readonly latencyMs: number;
  /** True when the answer came from the cache: then nothing was spent, and tokens and cost are 0. */
  readonly cached: boolean;
}

export type OutcomeKind = 'answered' | 'refused' | 'truncated' | 'unreadable' | 'failed' | 'skipped';

/**
 * How one call of one seat on one chunk ended. Only `answered` is a full opinion; a model's silence is never an
 * approval. `truncated` keeps the claims that were complete.
 */
export type Outcome =
  | { readonly kind: 'answered'; readonly claims: readonly Claim[]; readonly usage: Usage }
  | { readonly kind: 'truncated'; readonly claims: readonly Claim[]; readonly reason: string; readonly usage: Usage }
  | { readonly kind: 'refused' | 'unreadable'; readonly reason: string; readonly usage: Usage }
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string; readonly usage: Usage }
  | { readonly kind: 'skipped'; readonly reason: string };

/** One call, with whose it was. Events and the store speak of these. */
export interface Execution {
  readonly modelId: string;
  readonly role: string;
  readonly chunkId: string;
  readonly outcome: Outcome;
  /** The model whose seat this one took for the chunk, because that one refused or was out of order; null in its own seat. */
  readonly standsInFor: string | null;
}
