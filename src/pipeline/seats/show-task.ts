import type { Outcome } from '#model/outcome.ts';
import type { RunnerContext, SeatModel, Task } from '#ports/runner.ts';
import { restoreQuotes } from '#privacy/restore-quotes.ts';
import type { Desk } from './desk.ts';

/** A task as one model sees it. */
export interface ShownTask {
  readonly shown: Task;
  readonly lookUp: RunnerContext['lookUp'];
  /** The outcome as if the model had been shown the code as it is. */
  understand(outcome: Outcome): Outcome;
}

/**
 * What a model is shown of a task: all of it where it is on the owner's machines, else with the secrets masked: in the
 * code, in what is looked up for it, and in what other models said.
 */
export async function showTask(task: Task, { local }: Pick<SeatModel, 'local'>, desk: Pick<Desk, 'lookUp' | 'masks'>): Promise<ShownTask> {
  const { lookUp } = desk;
  if (local) return { shown: task, lookUp, understand: (outcome) => outcome };
  const masks = await desk.masks();
  const chunk = masks.chunk(task.chunk);
  const { finding } = task;
  return {
    shown: { chunk, cases: task.cases.map(masks.case), finding: finding === null ? null : masks.finding(finding) },
    // Definitions are found in the code as it is: a mask may have taken what they are found by.
    lookUp: lookUp === null ? null : async (symbols) => await Promise.all((await lookUp(symbols, task.chunk)).map(masks.definition)),
    understand: (outcome) =>
      'claims' in outcome && chunk !== task.chunk ? { ...outcome, claims: restoreQuotes(outcome.claims, task.chunk, chunk) } : outcome,
  };
}
