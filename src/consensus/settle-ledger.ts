import { groupBy } from '#lib/group-by.ts';
import type { Chunk } from '#model/chunk.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Language } from '#model/language.ts';
import type { Execution, OutcomeKind } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import { callKey } from './elect.ts';
import { seatsCovering } from './panel.ts';

export interface LedgerInput {
  /** The chunks that were to be reviewed: together they show every selected hunk. */
  readonly chunks: readonly Chunk[];
  readonly executions: readonly Execution[];
  readonly seats: readonly Seat[];
  /** Fewer full opinions than this leave a hunk `partial`. */
  readonly minVotes: number;
  /** What was left out before any model was asked. */
  readonly left: readonly LedgerEntry[];
}

interface Place {
  readonly path: string;
  readonly hunkId: string;
  readonly language: Language | null;
  /** Every chunk that shows the hunk or a slice of it. */
  readonly chunkIds: string[];
}

/**
 * Completes the coverage ledger: one entry for each hunk that the chunks show, after those that were left out. A
 * hunk is `reviewed` only when every seat that covers it was answered in full wherever it is shown, by its model or by
 * one that stood in for it, and enough models did.
 */
export function settleLedger({ chunks, executions, seats, minVotes, left }: LedgerInput): LedgerEntry[] {
  const turns = groupBy(executions, ({ modelId, standsInFor, role, chunkId }) =>
    callKey({ modelId: standsInFor ?? modelId, role, chunkId }),
  );
  const known = new Set(left.map(({ path, hunkId }) => JSON.stringify([path, hunkId])));
  const open = listPlaces(chunks).filter(({ path, hunkId }) => !known.has(JSON.stringify([path, hunkId])));
  return [...left, ...open.map((place) => settle(place, seats, minVotes, turns))];
}

function listPlaces(chunks: readonly Chunk[]): Place[] {
  const places = new Map<string, Place>();
  for (const chunk of chunks) {
    for (const { path, language, hunks } of chunk.files) {
      for (const { hunkId } of hunks) {
        const key = JSON.stringify([path, hunkId]);
        const place = places.get(key) ?? { path, hunkId, language, chunkIds: [] };
        place.chunkIds.push(chunk.id);
        places.set(key, place);
      }
    }
  }
  return [...places.values()];
}

/** Who was asked for each seat on each chunk, in order: its own model, then those that stood in. By `callKey` of the seat. */
type Turns = ReadonlyMap<string, readonly Execution[]>;

function settle(place: Place, seats: readonly Seat[], minVotes: number, turns: Turns): LedgerEntry {
  const entry = { path: place.path, hunkId: place.hunkId };
  const panel = seatsCovering(seats, place.language);
  if (panel.length === 0) {
    const what = place.language === null ? 'this kind of file' : place.language;
    return { ...entry, status: 'uncovered', cause: null, reason: `no model of this review covers ${what}` };
  }

  const opinions = panel.map((seat) => ({ seat, turns: place.chunkIds.map((chunkId) => turns.get(keyOf(seat, chunkId)) ?? []) }));
  const complete = opinions.filter((opinion) => opinion.turns.every((asked) => answerOf(asked) !== undefined));
  const faults = opinions.filter((opinion) => !complete.includes(opinion)).map((opinion) => describeFault(opinion.seat, opinion.turns));
  // A large hunk is shown in slices: each of them needs the votes.
  const models = Math.min(...place.chunkIds.map((_, at) => new Set(complete.map((opinion) => answerOf(opinion.turns[at] ?? []))).size));

  if (faults.length === 0 && models >= minVotes) return { ...entry, status: 'reviewed', cause: null, reason: '' };
  if (faults.length === 0) {
    const seen = models === 1 ? 'seen by 1 model only' : `seen by ${models} models only`;
    return { ...entry, status: 'partial', cause: null, reason: `${seen}, min_votes is ${minVotes}` };
  }
  const reason = [...new Set(faults)].join('; ');
  const someRead = opinions.some((opinion) => opinion.turns.some((asked) => asked.some((call) => wasRead(call.outcome.kind))));
  return someRead ? { ...entry, status: 'partial', cause: null, reason } : { ...entry, status: 'skipped', cause: 'fault', reason };
}

/** The model that answered in full, whichever of those that were asked for a seat it is. */
function answerOf(asked: readonly Execution[]): string | undefined {
  return asked.find(({ outcome }) => outcome.kind === 'answered')?.modelId;
}

const keyOf = (seat: Seat, chunkId: string) => callKey({ modelId: seat.model.model_id, role: seat.role, chunkId });

/** True when the model gave an opinion, if only a part of one. */
function wasRead(kind: OutcomeKind): boolean {
  return kind === 'answered' || kind === 'truncated';
}

const FAULTS: Readonly<Record<Exclude<OutcomeKind, 'answered'>, string>> = {
  failed: 'did not answer',
  refused: 'refused',
  truncated: 'was cut off',
  unreadable: 'gave no readable answer',
  skipped: 'was not asked',
};

/**
 * What kept a seat from a full opinion, as a clause: the first chunk without one, with everybody who was asked:
 * `a refused (policy); b, in its place, did not answer (no route)`.
 */
function describeFault(seat: Seat, turns: readonly (readonly Execution[])[]): string {
  const [own, ...others] = turns.find((asked) => answerOf(asked) === undefined) ?? [];
  if (own === undefined) return `${seat.model.model_id} was not asked`;
  return [`${own.modelId} ${faultOf(own)}`, ...others.map((other) => `${other.modelId}, in its place, ${faultOf(other)}`)].join('; ');
}

function faultOf({ outcome }: Execution): string {
  return outcome.kind === 'answered' ? 'answered' : `${FAULTS[outcome.kind]} (${outcome.reason.replace(/[.]$/, '')})`;
}
