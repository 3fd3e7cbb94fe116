import pLimit from 'p-limit';
import type { Chunk } from '#model/chunk.ts';
import { covers } from '#model/model-entry.ts';
import type { Execution, Outcome } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { ScanContext } from './context.ts';

/**
 * Shows every chunk to every seat of the role that covers it, riskiest chunk first, `plan.concurrency` calls at once.
 * A slow seat holds nobody else up. The order of the result is that of chunks and seats, not of arrival.
 * Throws the signal's reason when cancelled.
 */
export async function askSeats(
  role: string,
  chunks: readonly Chunk[],
  plan: Pick<Plan, 'seats' | 'concurrency'>,
  ctx: Pick<ScanContext, 'signal' | 'emit' | 'runner' | 'model'>,
): Promise<readonly Execution[]> {
  ctx.signal.throwIfAborted();
  const calls = chunks.flatMap((chunk) =>
    plan.seats.filter((seat) => seat.role === role && coversChunk(seat, chunk)).map((seat) => ({ seat, chunk })),
  );
  ctx.emit({ type: 'stage_started', stage: role, calls: calls.length });
  const limit = pLimit(plan.concurrency);
  let done = 0;
  const executions = await Promise.all(
    calls.map(({ seat, chunk }) =>
      limit(async (): Promise<Execution> => {
        ctx.signal.throwIfAborted();
        const outcome = await ctx.runner(role).run(seat, chunk, {
          model: ctx.model(seat.id),
          signal: ctx.signal,
          heard: null,
        });
        ctx.signal.throwIfAborted();
        done += 1;
        announce(seat, chunk, outcome, ctx);
        ctx.emit({ type: 'chunk_completed', stage: role, chunkId: chunk.id, done, of: calls.length });
        return { modelId: seat.model.model_id, role, chunkId: chunk.id, outcome, standsInFor: null };
      }),
    ),
  );
  return executions;
}

function coversChunk(seat: Seat, chunk: Chunk): boolean {
  return chunk.files.some((file) => covers(seat.model.covers, file.language));
}

function announce(seat: Seat, chunk: Chunk, outcome: Outcome, ctx: Pick<ScanContext, 'emit'>): void {
  ctx.emit({
    type: outcome.kind === 'answered' ? 'model_completed' : 'model_failed',
    modelId: seat.model.model_id,
    role: seat.role,
    chunkId: chunk.id,
    outcome: outcome.kind,
    reason: outcome.kind === 'answered' ? null : outcome.reason,
  });
}
