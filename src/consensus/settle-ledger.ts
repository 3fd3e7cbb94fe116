import { groupBy } from '#lib/group-by.ts';
import type { Chunk } from '#model/chunk.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Execution } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import { callKey } from './call-key.ts';
import { describeGaps, type Gap, isForBudget } from './describe-gap.ts';
import { type HunkPlace, hunkKey, listPlaces } from './hunk-places.ts';
import { listOpinions } from './list-opinions.ts';
import { looksAtCode, seatsCovering, sitsFor } from './panel.ts';

/** Who had to see a chunk, as it turned out. */
export interface Due {
  readonly chunkId: string;
  /** Seats whose opinion it needs: those of every tier that it reached. */
  readonly seats: readonly Seat[];
  /** Triage called it safe: nobody else had to see it. */
  readonly passedOver: boolean;
}

export interface LedgerInput {
  /** The chunks that were to be reviewed: together they show every selected hunk. */
  readonly chunks: readonly Chunk[];
  readonly executions: readonly Execution[];
  /** One for each chunk. Where one is missing, every seat that looks at code had to see it, but for triage. */
  readonly due: readonly Due[];
  /** Fewer full opinions than this leave a hunk `partial`, unless triage passed it over. */
  readonly minVotes: number;
  /** What was left out before any model was asked. */
  readonly left: readonly LedgerEntry[];
  /** Those of the plan. */
  readonly seats: readonly Seat[];
}

/**
 * Completes the coverage ledger: one entry for each hunk that the chunks show, after those that were left out. A
 * hunk is `reviewed` only when wherever it is shown triage passed it over, or every seat that had to see it and covers
 * it was answered in full, by its model or by one that stood in for it, and enough models did.
 */
export function settleLedger(input: LedgerInput): LedgerEntry[] {
  const { chunks, executions, left, seats } = input;
  const known = new Set(left.map(hunkKey));
  const opinionsOn = listOpinions(executions, [...seats, ...input.due.flatMap((due) => due.seats)]);
  const settle = createSettler(input);
  const open = listPlaces(chunks).filter((place) => !known.has(hunkKey(place)));
  return [
    ...left,
    ...open.map((place) => {
      const opinions = opinionsOn(place);
      const { path, hunkId } = place;
      return { path, hunkId, ...settle(place), ...(opinions.length > 0 && { seats: opinions }) };
    }),
  ];
}

/** Hunks that triage called safe wherever they are shown. */
export function countPassedOver(chunks: readonly Chunk[], due: readonly Due[]): number {
  const passed = new Set(due.filter(({ passedOver }) => passedOver).map(({ chunkId }) => chunkId));
  return listPlaces(chunks).filter(({ chunkIds }) => chunkIds.every((id) => passed.has(id))).length;
}

type Status = Pick<LedgerEntry, 'status' | 'cause' | 'reason'>;
const REVIEWED: Status = { status: 'reviewed', cause: null, reason: '' };

function createSettler({ chunks, executions, due, minVotes, seats }: Omit<LedgerInput, 'left'>) {
  const about = executions.filter(({ finding }) => finding === undefined);
  const turnsOf = groupBy(about, ({ modelId, standsInFor, role, chunkId }) => callKey({ modelId: standsInFor ?? modelId, role, chunkId }));
  const dueOf = new Map(due.map((one) => [one.chunkId, one]));
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const sittingFor = (chunkId: string, owing: readonly Seat[]) => {
    const chunk = byId.get(chunkId);
    return chunk === undefined ? owing : owing.filter((seat) => sitsFor(seat, chunk));
  };
  const everybody = seats.filter(({ role }) => looksAtCode(role) && role !== 'triage');

  return ({ language, chunkIds }: HunkPlace): Status => {
    const owed = chunkIds.map((chunkId) => dueOf.get(chunkId) ?? { chunkId, seats: everybody, passedOver: false });
    const views = owed
      .filter(({ passedOver }) => !passedOver)
      .map(({ chunkId, seats: owing }) =>
        seatsCovering(sittingFor(chunkId, owing), language).map((seat) => ({
          seat,
          turns: turnsOf.get(callKey({ modelId: seat.model.model_id, role: seat.role, chunkId })) ?? [],
        })),
      );
    if (views.length === 0) return REVIEWED;
    if (views.some((panel) => panel.length === 0)) {
      return { status: 'uncovered', cause: null, reason: `no model of this review covers ${language ?? 'this kind of file'}` };
    }

    const gaps = firstOfSeats(views.flat().filter(({ turns }) => answererOf(turns) === undefined));
    // A large hunk is shown in slices: each of them needs the votes.
    const models = Math.min(...views.map((panel) => new Set(panel.flatMap(({ turns }) => answererOf(turns) ?? [])).size));
    if (gaps.length === 0) return models >= minVotes ? REVIEWED : tooFew(models, minVotes);

    const someRead = views.length < owed.length || views.flat().some(({ turns }) => turns.some(wasRead));
    const reason = describeGaps(gaps, someRead);
    if (someRead) return { status: 'partial', cause: null, reason };
    return { status: 'skipped', cause: gaps.some(isForBudget) ? 'budget' : 'fault', reason };
  };
}

/** One gap for each seat: of a hunk that is shown in slices, the first without an opinion. */
function firstOfSeats(gaps: readonly Gap[]): Gap[] {
  return [...groupBy(gaps, ({ seat }) => seat.id).values()].flatMap(([first]) => first ?? []);
}

/** The model that answered in full, whichever of those that were asked for a seat it is. */
function answererOf(turns: readonly Execution[]): string | undefined {
  return turns.find(({ outcome }) => outcome.kind === 'answered')?.modelId;
}

/** True when the model gave an opinion, if only a part of one. */
function wasRead({ outcome }: Execution): boolean {
  return outcome.kind === 'answered' || outcome.kind === 'truncated';
}

function tooFew(models: number, minVotes: number): Status {
  const seen = models === 1 ? 'seen by 1 model only' : `seen by ${models} models only`;
  return { status: 'partial', cause: null, reason: `${seen}, min_votes is ${minVotes}` };
}
