import type { Candidate } from '#model/candidate.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Execution } from '#model/outcome.ts';
import { anchorClaim } from './anchor.ts';

/**
 * Gives every claim its lines. A claim that names no place in the chunk that its model was shown is counted in
 * `unplaced` and goes no further: a model may only speak of what it saw.
 */
export function placeClaims(
  chunks: readonly Chunk[],
  executions: readonly Execution[],
): { candidates: readonly Candidate[]; claims: number; unplaced: number } {
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const candidates: Candidate[] = [];
  let claims = 0;
  for (const { modelId, role, chunkId, outcome } of executions) {
    const chunk = byId.get(chunkId);
    if (chunk === undefined || (outcome.kind !== 'answered' && outcome.kind !== 'truncated')) continue;
    for (const claim of outcome.claims) {
      claims += 1;
      const candidate = anchorClaim(claim, chunk, { modelId, role });
      if (candidate !== null) candidates.push(candidate);
    }
  }
  return { candidates, claims, unplaced: claims - candidates.length };
}
