import { explainFault } from '#lib/explain-fault.ts';
import type { Chunk } from '#model/chunk.ts';
import { AegisError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { Runner, SeatModel, Task } from '#ports/runner.ts';
import { estimateCall } from '../budget/estimate-call.ts';
import { foreseeTasks, type PreviewStage, type StageOfSeat, stageOf } from './foresee-tasks.ts';

/** What one seat would be asked, in all its calls. */
export interface SeatPreview {
  readonly id: string;
  readonly model: string;
  readonly role: string;
  readonly stage: PreviewStage;
  /** Which tier of a cascade, from 1; null outside of one. */
  readonly tier: number | null;
  /** True where it is asked about the files of overrides alone. Absent: about all. */
  readonly guest?: boolean;
  readonly calls: number;
  /** True where what comes before may spare calls. */
  readonly atMost: boolean;
  /** Estimated. */
  readonly tokensIn: number;
  /** The most that it may write. */
  readonly tokensOut: number;
  /** US dollars for the most that it may write; null where the price is not known. */
  readonly costUsd: number | null;
  /** Why the model cannot be called, in one sentence; null where nothing is known to be wrong. */
  readonly problem: string | null;
}

export interface PreviewModels {
  /** Makes a model ready without calling it. Throws `AegisError` where it cannot work. */
  connect(entry: ModelEntry): Promise<PreviewModel>;
  /** What a model reads, known also where it cannot be connected. */
  reads(entry: ModelEntry): SeatModel['reads'];
}

type PreviewModel = Pick<SeatModel, 'reads' | 'fenceSecret' | 'price'>;

type SeatContext = PreviewModels & { runner(role: string): Pick<Runner, 'request'> };

export async function previewSeats(
  plan: Pick<Plan, 'seats' | 'stages' | 'consensus'>,
  chunks: readonly Chunk[],
  ctx: SeatContext,
): Promise<readonly SeatPreview[]> {
  const connected = new Map<ModelEntry, Promise<{ model: PreviewModel; problem: string | null }>>();
  return await Promise.all(
    plan.seats.map(async (seat) => {
      const open = connected.get(seat.model) ?? connect(seat.model, ctx);
      connected.set(seat.model, open);
      const { model, problem } = await open;
      const stage = stageOf(seat, plan.stages);
      const tasks = foreseeTasks(seat, stage, model.reads, chunks, plan);
      return { ...describe(seat, stage), ...(await sumUp(seat, tasks, model, ctx)), problem };
    }),
  );
}

function describe(seat: Seat, { stage, tier, atMost }: StageOfSeat) {
  const who = { id: seat.id, model: seat.model.model_id, role: seat.role };
  return { ...who, stage, tier, atMost, ...(seat.guest === true && { guest: true }) };
}

async function sumUp(
  seat: Seat,
  tasks: readonly Task[],
  model: PreviewModel,
  ctx: SeatContext,
): Promise<Pick<SeatPreview, 'calls' | 'tokensIn' | 'tokensOut' | 'costUsd'>> {
  const sum = { calls: tasks.length, tokensIn: 0, tokensOut: 0, costUsd: 0 as number | null };
  for (const task of tasks) {
    const { tokensIn, tokensOut, countsTokens } = await estimateCall(model, ctx.runner(seat.role).request(seat, task, model));
    const costUsd = await model.price(tokensIn, tokensOut);
    sum.tokensIn += countsTokens ? tokensIn : 0;
    sum.tokensOut += tokensOut;
    sum.costUsd = sum.costUsd === null || costUsd === null ? null : sum.costUsd + costUsd;
  }
  return sum;
}

/** Fences are as long under any secret: what cannot be connected is estimated as if it could. */
const ANY_SECRET = '0'.repeat(64);

async function connect(entry: ModelEntry, ctx: PreviewModels): Promise<{ model: PreviewModel; problem: string | null }> {
  try {
    return { model: await ctx.connect(entry), problem: null };
  } catch (error) {
    if (!(error instanceof AegisError)) throw error;
    const model: PreviewModel = { reads: ctx.reads(entry), fenceSecret: ANY_SECRET, price: async () => null };
    return { model, problem: explainFault(error) };
  }
}
