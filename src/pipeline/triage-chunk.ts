import type { Chunk } from '#model/chunk.ts';
import { covers } from '#model/model-entry.ts';
import type { Execution } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';

/**
 * True when triage alone settles a chunk: every seat of it answered, each with a score below the threshold, and together
 * they cover all of its files. One that did not answer, or covers a part only, lets the chunk through.
 */
export function passesOver(chunk: Chunk, seats: readonly Seat[], executions: readonly Execution[], threshold: number): boolean {
  const covered = seats.length > 0 && chunk.files.every(({ language }) => seats.some(({ model }) => covers(model.covers, language)));
  return covered && seats.every((seat) => turnsOf(seat, executions).some((turn) => isSafe(turn, threshold)));
}

/** An answer without a score is none. */
function isSafe({ outcome }: Execution, threshold: number): boolean {
  return outcome.kind === 'answered' && outcome.opinion?.kind === 'triage' && outcome.opinion.score < threshold;
}

/**
 * True when the next tier of a cascade has to see the chunk: somebody claimed something, a seat gave no full opinion, or
 * a file of the chunk was covered by nobody.
 */
export function wasFlagged(chunk: Chunk, seats: readonly Seat[], executions: readonly Execution[]): boolean {
  if (executions.some(({ outcome }) => 'claims' in outcome && outcome.claims.length > 0)) return true;
  const covered = chunk.files.every(({ language }) => seats.some(({ model }) => covers(model.covers, language)));
  return !covered || seats.some((seat) => turnsOf(seat, executions).every(({ outcome }) => outcome.kind !== 'answered'));
}

/** Whoever was asked for a seat. */
function turnsOf({ role, model }: Seat, executions: readonly Execution[]): readonly Execution[] {
  return executions.filter((one) => one.role === role && (one.standsInFor ?? one.modelId) === model.model_id);
}
