import pLimit from 'p-limit';
import { splitByFile } from '#chunks/split-by-file.ts';
import { explainFault } from '#lib/explain-fault.ts';
import { covers } from '#model/model-entry.ts';
import type { Outcome } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { RunnerContext, SeatModel, Task } from '#ports/runner.ts';
import { joinSignals } from '../budget/join-signals.ts';
import { withinBudget } from '../budget/within-budget.ts';
import type { ScanContext } from '../context.ts';
import type { Desk } from './desk.ts';
import { mergeOutcomes } from './merge-outcomes.ts';
import { showTask } from './show-task.ts';
import { tellOutput } from './tell-output.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The way to the model of one seat. */
export interface Line {
  readonly seat: Seat;
  /** What the model reads; null where it could not be connected. */
  readonly reads: SeatModel['reads'] | null;
  /** Asks in the order of calls, so many at once as were allowed. Throws the signal's reason when cancelled. */
  ask(task: Task): Promise<Outcome>;
}

export type LineContext = Pick<ScanContext, 'signal' | 'emit' | 'runner' | 'model' | 'wantsOutput'>;

/** A model that cannot be called: nothing is sent, so nothing is spent. */
const UNAVAILABLE = { code: 'AEGIS_PROVIDER_UNAVAILABLE', costUsd: 0, latencyMs: 0 } as const;

/** Opens the line. `concurrency`: calls in flight at once. */
export function openLine(seat: Seat, concurrency: number, ctx: LineContext, desk: Desk): Line {
  const limit = pLimit(concurrency);
  const connected = connect(seat, ctx);
  if ('fault' in connected) {
    const usage = { tokensIn: null, tokensOut: null, costUsd: 0, latencyMs: 0, cached: false };
    return { seat, reads: null, ask: async () => ({ kind: 'failed', reason: connected.fault, code: UNAVAILABLE.code, usage }) };
  }
  const model = readyFirst(withinBudget(connected.model, desk.purse), ctx.signal, desk.purse.signal);
  const callOnce = (task: Task) => limit(() => call(seat, model, task, ctx, desk));
  return { seat, reads: model.reads, ask: (task) => (model.reads === 'chunk' ? askByFile(seat, task, callOnce) : callOnce(task)) };
}

/**
 * What reads code and no prompt is shown one file at a time: a classifier's answer has no place for a path, and what
 * was answered for a file is kept whatever files stood beside it.
 */
async function askByFile(seat: Seat, task: Task, callOnce: (task: Task) => Promise<Outcome>): Promise<Outcome> {
  const files = splitByFile(task.chunk).filter(({ files: [file] }) => covers(seat.model.covers, file?.language ?? null));
  if (task.chunk.files.length === 1 || files.length === 0) return await callOnce(task);
  const parts = await Promise.all(
    files.map(async (chunk) => ({ path: chunk.files[0]?.path ?? '', outcome: await callOnce({ ...task, chunk }) })),
  );
  const [first, ...others] = parts;
  if (first === undefined) throw new TypeError('a chunk has a file');
  return mergeOutcomes([first, ...others]);
}

/**
 * A model whose first call asks for its health and, where it is well, warms it up; every call waits for that, so that
 * loading a model does not count against the time limit of its first calls. A model that is not well is not called.
 * What was answered before is given without any of this.
 */
function readyFirst(model: SeatModel, scanSignal: AbortSignal, timeIsOver: AbortSignal): SeatModel {
  let ready: Promise<string | null> | undefined;
  return {
    ...model,
    async ask(request, signal, heard) {
      const kept = (await model.recall?.(request, signal)) ?? null;
      if (kept !== null) return kept;
      ready ??= prepareInTime(model, scanSignal, timeIsOver);
      const fault = await ready;
      return fault === null ? await model.ask(request, signal, heard) : { kind: 'failed', reason: fault, ...UNAVAILABLE };
    },
  };
}

/** A reserve is connected when it is needed. What is missing then (a key that is not set) is its fault, not the scan's. */
function connect(seat: Seat, ctx: LineContext): { readonly model: SeatModel } | { readonly fault: string } {
  try {
    return { model: ctx.model(seat.id) };
  } catch (error) {
    return { fault: explainFault(error) };
  }
}

/** As `prepare`. Where the time of the scan ends first, the call itself says so: null. */
async function prepareInTime(model: SeatModel, scanSignal: AbortSignal, timeIsOver: AbortSignal): Promise<string | null> {
  if (timeIsOver.aborted) return null;
  const either = joinSignals(scanSignal, timeIsOver);
  try {
    return await prepare(model, either.signal);
  } catch (error) {
    if (scanSignal.aborted || !timeIsOver.aborted) throw error;
    return null;
  } finally {
    either.release();
  }
}

/** What keeps the model from being called; null where nothing does. */
async function prepare(model: SeatModel, signal: AbortSignal): Promise<string | null> {
  const { available, detail } = await unlessAborted(model.health(signal), signal);
  if (!available) return detail;
  await unlessAborted(model.warmUp(signal), signal);
  return null;
}

async function call(seat: Seat, model: SeatModel, task: Task, ctx: LineContext, desk: Desk): Promise<Outcome> {
  const run = async (heard: RunnerContext['heard']) => {
    ctx.signal.throwIfAborted();
    const { shown, lookUp, understand } = await showTask(task, model, desk);
    const outcome = await ctx.runner(seat.role).run(seat, shown, { model, signal: ctx.signal, heard, lookUp });
    ctx.signal.throwIfAborted();
    return understand(outcome);
  };
  const whose = { modelId: seat.model.model_id, role: seat.role, chunkId: task.chunk.id };
  if (!ctx.wantsOutput) return await run(null);
  const output = tellOutput((text) => ctx.emit({ type: 'model_output', ...whose, text }));
  try {
    return await run(output.hear);
  } finally {
    if (ctx.signal.aborted) output.drop();
    else output.end();
  }
}
