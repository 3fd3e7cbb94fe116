import { groupBy } from '#lib/group-by.ts';
import type { SeatOpinion } from '#model/coverage.ts';
import { covers } from '#model/model-entry.ts';
import type { Execution } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { HunkPlace } from './hunk-places.ts';
import { looksAtCode } from './panel.ts';

/**
 * Who was asked about a hunk and how each call ended, triage included, in the order of its chunks and of the calls. A
 * call on a chunk of several files is about those that the seat covers. What judges and explains is not about hunks.
 */
export function listOpinions(executions: readonly Execution[], seats: readonly Seat[]): (place: HunkPlace) => readonly SeatOpinion[] {
  const byChunk = groupBy(
    executions.filter(({ role, finding }) => looksAtCode(role) && finding === undefined),
    ({ chunkId }) => chunkId,
  );
  const coverOf = new Map(seats.map(({ role, model }) => [JSON.stringify([model.model_id, role]), model.covers]));
  return ({ chunkIds, language }) =>
    chunkIds
      .flatMap((chunkId) => byChunk.get(chunkId) ?? [])
      // Who stands in sees what the model of the seat was to see.
      .filter(({ modelId, standsInFor, role }) => covers(coverOf.get(JSON.stringify([standsInFor ?? modelId, role])) ?? 'all', language))
      .map(({ modelId, role, outcome }) => ({ modelId, role, outcome: outcome.kind }));
}
