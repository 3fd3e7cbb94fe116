import pLimit from 'p-limit';
import { explainFault } from '#lib/explain-fault.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Outcome } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { RunnerContext, SeatModel } from '#ports/runner.ts';
import type { ScanContext } from '../context.ts';
import { tellOutput } from './tell-output.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The way to the model of one seat. */
export interface Line {
  readonly seat: Seat;
  /** What the model reads; null where it could not be connected. */
  readonly reads: SeatModel['reads'] | null;
  /** Asks in the order of calls, so many at once as were allowed. Throws the signal's reason when cancelled. */
  ask(chunk: Chunk): Promise<Outcome>;
}

export type LineContext = Pick<ScanContext, 'signal' | 'emit' | 'runner' | 'model' | 'wantsOutput'>;

/** A model that cannot be called: nothing is sent, so nothing is spent. */
const UNAVAILABLE = { code: 'AEGIS_PROVIDER_UNAVAILABLE', costUsd: 0, latencyMs: 0 } as const;

/** Opens the line. `concurrency`: calls in flight at once. */
export function openLine(seat: Seat, concurrency: number, ctx: LineContext): Line {
  const limit = pLimit(concurrency);
  const connected = connect(seat, ctx);
  if ('fault' in connected) {
    const usage = { tokensIn: null, tokensOut: null, costUsd: 0, latencyMs: 0, cached: false };
    return { seat, reads: null, ask: async () => ({ kind: 'failed', reason: connected.fault, code: UNAVAILABLE.code, usage }) };
  }
  const model = readyFirst(connected.model, ctx.signal);
  return { seat, reads: model.reads, ask: (chunk) => limit(() => call(seat, model, chunk, ctx)) };
}

/**
 * A model whose first call asks for its health and, where it is well, warms it up; every call waits for that, so that
 * loading a model does not count against the time limit of its first calls. A model that is not well is not called.
 * What was answered before is given without any of this.
 */
function readyFirst(model: SeatModel, scanSignal: AbortSignal): SeatModel {
  let ready: Promise<string | null> | undefined;
  return {
    ...model,
    async ask(request, signal, heard) {
      const kept = (await model.recall?.(request, signal)) ?? null;
      if (kept !== null) return kept;
      ready ??= prepare(model, scanSignal);
      const fault = await ready;
      return fault === null ? await model.ask(request, signal, heard) : { kind: 'failed', reason: fault, ...UNAVAILABLE };
    },
  };
}

/** A reserve is connected when it is needed. What is missing then (a key that is not set) is its fault, not the scan's. */
function connect(seat: Seat, ctx: LineContext): { readonly model: SeatModel } | { readonly fault: string } {
  try {
    return { model: ctx.model(seat.id) };
  } catch (error) {
    return { fault: explainFault(error) };
  }
}

/** What keeps the model from being called; null where nothing does. */
async function prepare(model: SeatModel, signal: AbortSignal): Promise<string | null> {
  const { available, detail } = await unlessAborted(model.health(signal), signal);
  if (!available) return detail;
  await unlessAborted(model.warmUp(signal), signal);
  return null;
}

async function call(seat: Seat, model: SeatModel, chunk: Chunk, ctx: LineContext): Promise<Outcome> {
  const run = async (heard: RunnerContext['heard']) => {
    ctx.signal.throwIfAborted();
    const outcome = await ctx
      .runner(seat.role)
      .run(seat, { chunk, cases: [], finding: null }, { model, signal: ctx.signal, heard, lookUp: null });
    ctx.signal.throwIfAborted();
    return outcome;
  };
  const whose = { modelId: seat.model.model_id, role: seat.role, chunkId: chunk.id };
  if (!ctx.wantsOutput) return await run(null);
  const output = tellOutput((text) => ctx.emit({ type: 'model_output', ...whose, text }));
  try {
    return await run(output.hear);
  } finally {
    if (ctx.signal.aborted) output.drop();
    else output.end();
  }
}
