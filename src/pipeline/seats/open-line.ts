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

/** Nothing was sent, so nothing was spent. */
const NOTHING_SPENT = { tokensIn: 0, tokensOut: 0, costUsd: 0, latencyMs: 0, cached: false } as const;

/**
 * Opens the line. The first call asks for the model's health and, where it is well, warms it up; every call waits for
 * that, so that loading a model does not count against the time limit of its first calls. A model that is not well is
 * not called. `concurrency`: calls in flight at once.
 */
export function openLine(seat: Seat, concurrency: number, ctx: LineContext): Line {
  const limit = pLimit(concurrency);
  const connected = connect(seat, ctx);
  let ready: Promise<string | null> | undefined;
  return {
    seat,
    reads: 'model' in connected ? connected.model.reads : null,
    async ask(chunk) {
      if (!('model' in connected)) return unavailable(connected.fault);
      const { model } = connected;
      ready ??= prepare(model, ctx.signal);
      const fault = await ready;
      ctx.signal.throwIfAborted();
      if (fault !== null) return unavailable(fault);
      return await limit(() => call(seat, model, chunk, ctx));
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
    const outcome = await ctx.runner(seat.role).run(seat, chunk, { model, signal: ctx.signal, heard });
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

function unavailable(reason: string): Outcome {
  return { kind: 'failed', reason, code: 'AEGIS_PROVIDER_UNAVAILABLE', usage: NOTHING_SPENT };
}
