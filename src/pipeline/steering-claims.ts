import { setImmediate } from 'node:timers/promises';
import type { Candidate } from '#model/candidate.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import { STEERING_ROLE } from '#model/model-entry.ts';
import { findSteering, type SteeringMark } from '#steering/find-steering.ts';

/** Who is named as the reporter of an attempt to steer the models: Aegis itself, no model. */
export const STEERING_REPORTER = { modelId: 'aegis/steering', role: STEERING_ROLE } as const;

/**
 * Attempts to steer the models, as claims of their own. They are found without a model: one that obeys the attempt would
 * not tell of it. Prose is looked at too, though no model is shown it: other tools read it. What a rule of the repository
 * leaves out is left out here as well.
 */
export function steeringClaims(
  marks: readonly SteeringMark[],
  chunks: readonly Chunk[],
  left: readonly LedgerEntry[],
): readonly Candidate[] {
  const chunkOf = new Map(
    chunks.flatMap(({ id, files }) => files.flatMap(({ hunks }) => hunks.map(({ hunkId }) => [hunkId, id] as const))),
  );
  const prose = new Set(left.filter(({ status }) => status === 'not_applicable').map(({ hunkId }) => hunkId));
  return marks.flatMap(({ path, line, hunkId, text, why }) => {
    const chunkId = hunkId === null ? undefined : (chunkOf.get(hunkId) ?? (prose.has(hunkId) ? NO_CHUNK : undefined));
    if (chunkId === undefined) return [];
    return [
      {
        ...STEERING_REPORTER,
        chunkId,
        path,
        startLine: line,
        endLine: line,
        anchoredBy: 'evidence' as const,
        named: null,
        hunkId,
        cwe: 'CWE-1427',
        title: 'Attempt to steer the reviewing models',
        severity: 'medium' as const,
        confidence: null,
        message: `This change speaks to the models that review it: ${why}. Nothing in it changed how Aegis works; read what it wants to hide.`,
        fix: 'Remove the text, or suppress this finding where the text is meant to be there.',
        evidence: text.trim(),
      },
    ];
  });
}

/**
 * Looks through a change while models are asked: between two files, timers and answers have their turn. Throws the signal's
 * reason when cancelled.
 */
export async function markSteering(change: ChangeSet, signal: AbortSignal): Promise<readonly SteeringMark[]> {
  const marks: SteeringMark[] = [];
  for (const file of change.files) {
    await setImmediate();
    signal.throwIfAborted();
    marks.push(...findSteering({ ...change, files: [file] }));
  }
  return marks;
}

/** Prose is in no chunk. */
const NO_CHUNK = '';
