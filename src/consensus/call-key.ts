import type { Execution } from '#model/outcome.ts';

/** Identifies a call by who was asked what. */
export function callKey({ modelId, role, chunkId }: Pick<Execution, 'modelId' | 'role' | 'chunkId'>): string {
  return JSON.stringify([modelId, role, chunkId]);
}
