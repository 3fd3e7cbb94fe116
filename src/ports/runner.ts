import type { Chunk } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { Finding } from '#model/finding.ts';
import type { Outcome } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { JudgeCase } from '#model/verdict.ts';
import type { AnswerReader } from './parser.ts';
import type { Health, ModelRequest, Reply } from './provider.ts';

/** What a seat is asked about. */
export interface Task {
  readonly chunk: Chunk;
  /** What a judge is to decide; empty for every other role. */
  readonly cases: readonly JudgeCase[];
  /** What is to be explained or noted; null for every other role. */
  readonly finding: Finding | null;
}

/**
 * A runner is how a role is carried out: it words the request, and reads the reply into an outcome. It does not
 * call: `ask` is handed in, with time limit, concurrency, budget and accounting around it.
 */
export interface Runner {
  readonly role: string;
  readonly summary: string;
  /** The request for a task, as it is put first. Pure: what a plan would cost is estimated from it. */
  request(seat: Seat, task: Task, model: Pick<SeatModel, 'reads' | 'fenceSecret'>): ModelRequest;
  /** Never throws but the signal's reason. */
  run(seat: Seat, task: Task, ctx: RunnerContext): Promise<Outcome>;
}

export interface RunnerContext {
  readonly model: SeatModel;
  readonly signal: AbortSignal;
  /** Told of the answer's text as it arrives; null where nobody listens. */
  readonly heard: ((text: string) => void) | null;
  /** Finds definitions in the repository, within its own limits; null where there is none to look into. Never throws. */
  readonly lookUp: ((symbols: readonly string[], chunk: Chunk) => Promise<readonly Definition[]>) | null;
}

/** A seat's model with everything around it: `ask` never throws, faults are in its answer. */
export interface SeatModel {
  readonly reads: 'prompt' | 'chunk';
  readonly reader: AnswerReader;
  /** Whether what it is shown stays on the owner's machines: else secrets are masked before. */
  readonly local: boolean;
  /** The secret under which untrusted text is fenced. */
  readonly fenceSecret: string;
  ask(request: ModelRequest, signal: AbortSignal, heard?: (text: string) => void): Promise<Asked>;
  /**
   * The answer that was given before, as `ask` would give it; null where none is kept. Nothing is sent to be answered,
   * so it can be had of a model that is out of order. Never throws. Absent where no cache is.
   */
  recall?(request: ModelRequest, signal: AbortSignal): Promise<Asked | null>;
  /** US dollars of a call with so many tokens; 0 on the owner's machines, null where the price is not known. Never throws. */
  price(tokensIn: number, tokensOut: number): Promise<number | null>;
  /** Never throws, and ends within its own time limit. */
  health(signal: AbortSignal): Promise<Health>;
  /** Loads the model where that takes time. Never throws: a fault shows in the first call. */
  warmUp(signal: AbortSignal): Promise<void>;
}

export type Asked =
  | {
      readonly kind: 'replied';
      readonly reply: Reply;
      readonly latencyMs: number;
      readonly costUsd: number | null;
      readonly cached: boolean;
      /**
       * Says that the answer was of no use: no cache gives it again. Never rejects, and ends soon. Absent where no cache
       * keeps it.
       */
      readonly forget?: () => Promise<void>;
    }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly code: string;
      readonly latencyMs: number;
      /** What was spent in vain, US dollars; absent or null where nobody knows. */
      readonly costUsd?: number | null;
    };
