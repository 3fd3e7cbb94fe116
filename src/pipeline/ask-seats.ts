import type { Chunk } from '#model/chunk.ts';
import type { Execution, Outcome } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import { chooseStandIn, coversChunk, wantsStandIn } from './seats/choose-stand-in.ts';
import { type Line, type LineContext, openLine } from './seats/open-line.ts';

/**
 * Shows every chunk to every seat of the role that covers it, riskiest chunk first, `plan.concurrency` calls of each
 * seat at once: a slow seat holds nobody else up. Where the model of a seat refuses or is out of order, the next
 * reserve takes the seat for that chunk; no model is asked twice about one. The order of the result is that of chunks,
 * seats and turns, not of arrival. Throws the signal's reason when cancelled.
 */
export async function askSeats(
  role: string,
  chunks: readonly Chunk[],
  plan: Pick<Plan, 'seats' | 'reserves' | 'concurrency'>,
  ctx: LineContext,
): Promise<readonly Execution[]> {
  ctx.signal.throwIfAborted();
  const inRole = (seats: readonly Seat[]) => seats.filter((seat) => seat.role === role);
  const seated = new Set(inRole(plan.seats).map(({ model }) => model.model_id));
  const lines = new Map<Seat, Line>();
  const lineOf = (seat: Seat) => lines.get(seat) ?? keep(lines, seat, openLine(seat, plan.concurrency, ctx));
  const reserves = inRole(plan.reserves).filter(({ model }) => !seated.has(model.model_id));

  const turns = chunks.flatMap((chunk) => {
    // Claimed when chosen, not when asked: two seats never wait for one model.
    const taken = new Set(seated);
    const seats = inRole(plan.seats).filter((seat) => coversChunk(seat, chunk));
    return seats.map((seat) => ({ seat, chunk, taken }));
  });
  ctx.emit({ type: 'stage_started', stage: role, calls: turns.length });

  let done = 0;
  const filled = await Promise.all(
    turns.map(async ({ seat, chunk, taken }) => {
      const executions: Execution[] = [];
      const failed: Line[] = [];
      for (let line: Line | null = lineOf(seat); line !== null; ) {
        const outcome = await line.ask(chunk);
        announce(line.seat, chunk, outcome, ctx);
        const standsInFor = line.seat === seat ? null : seat.model.model_id;
        executions.push({ modelId: line.seat.model.model_id, role, chunkId: chunk.id, outcome, standsInFor });
        if (!wantsStandIn(outcome)) break;
        failed.push(line);
        line = chooseStandIn(reserves.map(lineOf), chunk, failed, (modelId) => taken.has(modelId));
        if (line !== null) taken.add(line.seat.model.model_id);
      }
      done += 1;
      ctx.emit({ type: 'chunk_completed', stage: role, chunkId: chunk.id, done, of: turns.length });
      return executions;
    }),
  );
  return filled.flat();
}

function keep(lines: Map<Seat, Line>, seat: Seat, line: Line): Line {
  lines.set(seat, line);
  return line;
}

function announce(seat: Seat, chunk: Chunk, outcome: Outcome, ctx: Pick<LineContext, 'emit'>): void {
  ctx.emit({
    type: outcome.kind === 'answered' ? 'model_completed' : 'model_failed',
    modelId: seat.model.model_id,
    role: seat.role,
    chunkId: chunk.id,
    outcome: outcome.kind,
    reason: outcome.kind === 'answered' ? null : outcome.reason,
  });
}
