import { settleLedger } from '#consensus/settle-ledger.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { summariseLedger } from '#model/coverage.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { ScanContext } from '../context.ts';
import { cutChange } from '../cut-change.ts';
import { type PreviewModels, previewSeats, type SeatPreview } from './preview-seats.ts';

/** What a scan would ask of whom and what it could cost, before anything is called. */
export interface ScanPreview {
  readonly hunks: number;
  readonly chunks: number;
  /** Estimated tokens of code in all chunks. */
  readonly codeTokens: number;
  /** In the order of the plan. */
  readonly seats: readonly SeatPreview[];
  readonly total: PreviewTotal;
  /** What would be left out, with reasons. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

/** The most that all seats together can take. Where several could judge or explain, the dearest of them counts. */
export interface PreviewTotal {
  readonly calls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** US dollars, as far as prices are known. */
  readonly costUsd: number;
  /** Models that would be asked and whose price nobody knows. */
  readonly unpriced: readonly string[];
}

type PreviewContext = Pick<ScanContext, 'reader' | 'outline' | 'signal' | 'attributes' | 'runner'> & PreviewModels;

/** Cuts the change as a scan does and words every request as it would be put first. Calls nothing. */
export async function previewScan(change: ChangeSet, plan: Plan, ctx: PreviewContext): Promise<ScanPreview> {
  const { chunks, left, hunks } = await cutChange(change, plan, ctx);
  const { minVotes } = plan.consensus;
  const due = chunks.map(({ id }) => ({ chunkId: id, seats: seatsOnHunks(plan), passedOver: false }));
  const unasked = settleLedger({ chunks, executions: [], due, seats: plan.seats, minVotes, left: [] });
  const uncovered = unasked.filter(({ status }) => status === 'uncovered');
  const seats = await previewSeats(plan, chunks, ctx);
  return {
    hunks,
    chunks: chunks.length,
    codeTokens: chunks.reduce((sum, chunk) => sum + chunk.tokens, 0),
    seats,
    total: totalOf(seats),
    left: summariseLedger([...left, ...uncovered]).left.map(({ path, reason }) => ({ path, reason })),
  };
}

/** Those whose opinion a hunk can need: triage only where it votes, and nobody who looks at findings. */
function seatsOnHunks({ seats, stages: { triage, deepScan } }: Pick<Plan, 'seats' | 'stages'>): readonly Seat[] {
  const due = new Set([...deepScan.tiers.flat(), ...(triage?.votes === true ? triage.seats : [])]);
  return seats.filter(({ id }) => due.has(id));
}

function totalOf(seats: readonly SeatPreview[]): PreviewTotal {
  const sumOf = (read: (seat: SeatPreview) => number) => {
    const oneOf = new Map<string, number>();
    let sum = 0;
    for (const seat of seats) {
      if (isOneOf(seat)) oneOf.set(seat.stage, Math.max(oneOf.get(seat.stage) ?? 0, read(seat)));
      else sum += read(seat);
    }
    return [...oneOf.values()].reduce((all, most) => all + most, sum);
  };
  return {
    calls: sumOf(({ calls }) => calls),
    tokensIn: sumOf(({ tokensIn }) => tokensIn),
    tokensOut: sumOf(({ tokensOut }) => tokensOut),
    costUsd: sumOf(({ costUsd }) => costUsd ?? 0),
    unpriced: [...new Set(seats.filter(({ costUsd, calls }) => costUsd === null && calls > 0).map(({ model }) => model))],
  };
}

/** A finding is judged and explained by one model, whoever could. */
function isOneOf({ stage }: SeatPreview): boolean {
  return stage === 'judge' || stage === 'explain';
}
