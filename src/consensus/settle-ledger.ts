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
 * hunk is `reviewed` only when every seat that covers it answered in full wherever it is shown, and enough models did.
 */
export function settleLedger({ chunks, executions, seats, minVotes, left }: LedgerInput): LedgerEntry[] {
  const calls = new Map(executions.map((execution) => [callKey(execution), execution]));
  const known = new Set(left.map(({ path, hunkId }) => JSON.stringify([path, hunkId])));
  const open = listPlaces(chunks).filter(({ path, hunkId }) => !known.has(JSON.stringify([path, hunkId])));
  return [...left, ...open.map((place) => settle(place, seats, minVotes, calls))];
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

function settle(place: Place, seats: readonly Seat[], minVotes: number, calls: ReadonlyMap<string, Execution>): LedgerEntry {
  const entry = { path: place.path, hunkId: place.hunkId };
  const panel = seatsCovering(seats, place.language);
  if (panel.length === 0) {
    const what = place.language === null ? 'this kind of file' : place.language;
    return { ...entry, status: 'uncovered', cause: null, reason: `no model of this review covers ${what}` };
  }

  const opinions = panel.map((seat) => ({ seat, calls: place.chunkIds.map((chunkId) => calls.get(keyOf(seat, chunkId))) }));
  const complete = opinions.filter((opinion) => opinion.calls.every((call) => call?.outcome.kind === 'answered'));
  const faults = opinions.filter((opinion) => !complete.includes(opinion)).map((opinion) => describeFault(opinion.seat, opinion.calls));
  const models = new Set(complete.map(({ seat }) => seat.model.model_id)).size;

  if (faults.length === 0 && models >= minVotes) return { ...entry, status: 'reviewed', cause: null, reason: '' };
  if (faults.length === 0) {
    const seen = models === 1 ? 'seen by 1 model only' : `seen by ${models} models only`;
    return { ...entry, status: 'partial', cause: null, reason: `${seen}, min_votes is ${minVotes}` };
  }
  const reason = [...new Set(faults)].join('; ');
  const someRead = opinions.some((opinion) => opinion.calls.some((call) => call !== undefined && wasRead(call.outcome.kind)));
  return someRead ? { ...entry, status: 'partial', cause: null, reason } : { ...entry, status: 'skipped', cause: 'fault', reason };
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

/** What kept a seat from a full opinion, as a clause: the first fault in the order of the chunks. */
function describeFault(seat: Seat, calls: readonly (Execution | undefined)[]): string {
  const model = seat.model.model_id;
  for (const call of calls) {
    if (call === undefined) return `${model} was not asked`;
    const { outcome } = call;
    if (outcome.kind !== 'answered') return `${model} ${FAULTS[outcome.kind]} (${outcome.reason})`;
  }
  return `${model} gave no full opinion`;
}
