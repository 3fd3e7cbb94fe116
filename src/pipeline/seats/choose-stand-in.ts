import { looksAtCode, sitsFor } from '#consensus/panel.ts';
import { codeTokens } from '#lib/prompt-room.ts';
import type { Chunk } from '#model/chunk.ts';
import { covers } from '#model/model-entry.ts';
import type { Outcome } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { Line } from './open-line.ts';

/**
 * True for an outcome after which another model should be asked. What was answered, if badly, was the model's opinion;
 * what was cancelled nobody wants any more.
 */
export function wantsStandIn(outcome: Outcome): boolean {
  return outcome.kind === 'refused' || (outcome.kind === 'failed' && outcome.code !== 'AEGIS_PROVIDER_CANCELLED');
}

/** True when the seat is asked about the chunk, and some file of it is in a language that the seat's model covers. */
export function coversChunk(seat: Seat, chunk: Chunk): boolean {
  return sitsFor(seat, chunk) && chunk.files.some((file) => covers(seat.model.covers, file.language));
}

/**
 * The reserve that takes a seat for this chunk; null where none is left. First come those that read what the failing
 * one reads (a detector is a poor stand-in for a language model), among them those of another family (what one of a
 * family refuses, its siblings refuse), else the order of `reserves`, which is that of their weights.
 * `failed`: those that were asked in vain for this seat, in order.
 */
export function chooseStandIn(
  reserves: readonly Line[],
  chunk: Chunk,
  failed: readonly Line[],
  isTaken: (modelId: string) => boolean,
): Line | null {
  const [first] = failed;
  if (first === undefined) return null;
  const reads = first.reads ?? 'prompt';
  const families = new Set(failed.map(({ seat }) => seat.model.family));
  // Files that an override leaves to some models are shown to no other one; who judges and explains is not chosen by it.
  const onClaims = !looksAtCode(first.seat.role) || !sitsFor(first.seat, chunk);
  const free = reserves.filter(
    (line) =>
      !isTaken(line.seat.model.model_id) &&
      (onClaims || sitsFor(line.seat, chunk)) &&
      seesAsMuch(line.seat, first.seat, chunk) &&
      hasRoom(line, chunk),
  );
  const rank = (line: Line) => (line.reads === null || line.reads === reads ? 0 : 2) + (families.has(line.seat.model.family) ? 1 : 0);
  return free.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** What the empty seat was to review of the chunk, whoever takes it must see in full. */
function seesAsMuch(reserve: Seat, seat: Seat, chunk: Chunk): boolean {
  return chunk.files.every(({ language }) => !covers(seat.model.covers, language) || covers(reserve.model.covers, language));
}

/** Chunks are packed for the seats; a reserve may have a smaller window. */
function hasRoom({ reads, seat }: Line, chunk: Chunk): boolean {
  return reads !== 'prompt' || chunk.tokens <= codeTokens(seat.model);
}
