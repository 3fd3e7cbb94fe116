import type { ModelRequest, Reply } from '#ports/provider.ts';

/** Told of an answer's text, part by part. */
export type Heard = ((text: string) => void) | undefined;

/** How a call ended once everything around it was done. */
export type Settled =
  | {
      readonly kind: 'replied';
      readonly reply: Reply;
      /** From when it was its turn: waiting for the endpoint's limits is not part of it. */
      readonly latencyMs: number;
      readonly cached: boolean;
      /** Says that the answer was of no use: no cache gives it again. Absent where no cache keeps it. */
      readonly forget?: () => Promise<void>;
    }
  /** A latency of 0: the model was not called at all. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly latencyMs: number };

/**
 * One call with some of what stands around it. Never rejects, and ends within the signal. Each layer takes a call and
 * gives one back; `seatModel` says in which order.
 */
export type Call = (request: ModelRequest, signal: AbortSignal, heard: Heard) => Promise<Settled>;
