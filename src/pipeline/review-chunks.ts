import type { Due } from '#consensus/settle-ledger.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Execution } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { Task } from '#ports/runner.ts';
import type { ScanContext } from './context.ts';
import { coversChunk } from './seats/choose-stand-in.ts';
import type { Panel, Round } from './seats/open-panel.ts';
import { countProgress, type Progress } from './seats/progress.ts';
import { passesOver, wasFlagged } from './triage-chunk.ts';

/** What the panel said of every chunk, and who had to see it. */
export interface ReviewedChunks {
  /** In the order of chunks, stages, seats and turns, whoever was faster. */
  readonly executions: readonly Execution[];
  readonly due: readonly Due[];
}

/**
 * Leads every chunk through triage and the tiers of the deep scan, riskiest chunk first. No chunk waits for another: one
 * that triage let through is read closely while others are still sorted. Throws the signal's reason when cancelled.
 */
export async function reviewChunks(
  chunks: readonly Chunk[],
  plan: Pick<Plan, 'stages'>,
  panel: Panel,
  ctx: Pick<ScanContext, 'emit' | 'signal'>,
): Promise<ReviewedChunks> {
  ctx.signal.throwIfAborted();
  const { triage, deepScan } = plan.stages;
  const sorters = triage === null ? [] : panel.seats(triage.seats);
  const tiers = deepScan.tiers.map((tier) => panel.seats(tier));
  const sorting = countProgress('triage', countTurns(chunks, sorters), ctx.emit);
  const [first = []] = tiers;
  const reading = countProgress('deep_scan', countTurns(chunks, first), ctx.emit);
  if (triage !== null) sorting.start();
  else reading.start();

  const reviewed = await Promise.all(
    chunks.map(async (chunk) => {
      const round = panel.openRound();
      const sorted = await askAll(sorters, chunk, round, sorting);
      const triaged = sorters.filter((seat) => coversChunk(seat, chunk));
      if (triage !== null && passesOver(chunk, triaged, sorted, triage.threshold)) {
        reading.drop(countTurns([chunk], first));
        return { executions: sorted, due: { chunkId: chunk.id, seats: triaged, passedOver: true } };
      }
      reading.start();
      const read = await climbTiers(tiers, chunk, round, reading);
      const voters = triage?.votes === true ? triaged : [];
      return {
        executions: [...sorted, ...read.executions],
        due: { chunkId: chunk.id, seats: [...voters, ...read.seats], passedOver: false },
      };
    }),
  );
  return { executions: reviewed.flatMap(({ executions }) => executions), due: reviewed.map(({ due }) => due) };
}

/** Tier after tier, as long as the one before flagged something or did not answer in full: its silence is no all-clear. */
async function climbTiers(
  tiers: readonly (readonly Seat[])[],
  chunk: Chunk,
  round: Round,
  progress: Progress,
): Promise<{ executions: readonly Execution[]; seats: readonly Seat[] }> {
  const executions: Execution[] = [];
  const seats: Seat[] = [];
  for (const [at, tier] of tiers.entries()) {
    const panel = tier.filter((seat) => coversChunk(seat, chunk));
    if (at > 0) progress.add(panel.length);
    const said = await askAll(tier, chunk, round, progress);
    executions.push(...said);
    seats.push(...panel);
    if (!wasFlagged(chunk, panel, said)) break;
  }
  return { executions, seats };
}

/** Every seat that covers the chunk, at once. */
async function askAll(seats: readonly Seat[], chunk: Chunk, round: Round, progress: Progress): Promise<readonly Execution[]> {
  const task: Task = { chunk, cases: [], finding: null };
  const turns = await Promise.all(
    seats
      .filter((seat) => coversChunk(seat, chunk))
      .map(async (seat) => {
        const executions = await round.ask(seat, task);
        progress.done(chunk.id);
        return executions;
      }),
  );
  return turns.flat();
}

function countTurns(chunks: readonly Chunk[], seats: readonly Seat[]): number {
  return chunks.reduce((sum, chunk) => sum + seats.filter((seat) => coversChunk(seat, chunk)).length, 0);
}
