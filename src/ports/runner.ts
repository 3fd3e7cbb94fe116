import type { Chunk } from '#model/chunk.ts';
import type { Outcome } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { Parser } from './parser.ts';
import type { ConnectedModel, ModelRequest, Reply } from './provider.ts';

/**
 * A runner is how a role is carried out: it words the request, and reads the reply into an outcome. It does not
 * call: `ask` is handed in, with time limit, concurrency and accounting around it.
 */
export interface Runner {
  readonly role: string;
  readonly summary: string;
  run(seat: Seat, chunk: Chunk, ctx: RunnerContext): Promise<Outcome>;
}

export interface RunnerContext {
  readonly model: SeatModel;
  readonly signal: AbortSignal;
}

/** A seat's model with everything around it: `ask` never throws, faults are in its answer. */
export interface SeatModel {
  readonly reads: 'prompt' | 'chunk';
  readonly parser: Parser;
  /** The secret under which untrusted text is fenced. */
  readonly fenceSecret: string;
  ask(request: ModelRequest, signal: AbortSignal): Promise<Asked>;
  health: ConnectedModel['health'];
}

export type Asked =
  | { readonly kind: 'replied'; readonly reply: Reply; readonly latencyMs: number; readonly costUsd: number | null }
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string; readonly latencyMs: number };
