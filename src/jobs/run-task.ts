import { AegisError } from '#model/errors.ts';
import type { ClaimedTask } from '#ports/store.ts';
import { askAboutResolved } from './tasks/ask-about-resolved.ts';
import { closePull } from './tasks/close-pull.ts';
import type { TaskContext } from './tasks/context.ts';
import { pressButton } from './tasks/press-button.ts';
import { runCommand, tellBrokenCommand } from './tasks/run-command.ts';

/** After so many tries that broke off, who asked is told instead; the store gives a task up then, too. */
const MOST_TRIES = 5;

/** A lease is a minute long: several renewals fit into it. Without them a task that waits for its turn to write would be done twice. */
const RENEW_MS = 15_000;

/**
 * Does one task, from its claim to its end. Any number of workers may be called with the same task: one gets the lease.
 * Throws when the task should be tried again later.
 */
export async function runTask(taskId: string, ctx: TaskContext): Promise<void> {
  const claimed = await ctx.store.claimTask(taskId, ctx.worker);
  if (claimed === null) return;
  const timer = setInterval(() => {
    // The database may be back before the lease ends.
    ctx.store.renewTask(taskId, ctx.worker).catch((error: unknown) => {
      ctx.log('warn', `${nameOf(claimed)}: the lease was not renewed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }, RENEW_MS);
  timer.unref();
  try {
    const reason = await doTask(claimed, ctx);
    await ctx.store.finishTask(taskId, ctx.worker, { status: 'done', reason });
    ctx.log('info', `${nameOf(claimed)}: ${reason}`);
  } catch (error) {
    await settleFault(claimed, error, ctx);
  } finally {
    clearInterval(timer);
  }
}

/** Answers with one clause: what came of it. */
async function doTask(claimed: ClaimedTask, ctx: TaskContext): Promise<string> {
  const { task } = claimed;
  switch (task.kind) {
    case 'command':
      return await runCommand(task, claimed, ctx);
    case 'button':
      return await pressButton(task, claimed, ctx);
    case 'thread-resolved':
      return await askAboutResolved(task, claimed, ctx);
    case 'closed':
      return await closePull(task, claimed, ctx);
  }
}

/** A stop gives the task back; a fault that may pass does so some times, and is thrown so that the queue calls again. */
async function settleFault(claimed: ClaimedTask, error: unknown, ctx: TaskContext): Promise<void> {
  const { taskId, tries, task } = claimed;
  if (ctx.signal.aborted) {
    await ctx.store.releaseTask(taskId, ctx.worker);
    return;
  }
  const known = error instanceof AegisError ? error : null;
  const said = known?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  ctx.log(known === null ? 'error' : 'warn', `${nameOf(claimed)}: ${said}`);
  if ((known === null || known.retryable) && tries < MOST_TRIES) {
    await ctx.store.releaseTask(taskId, ctx.worker);
    throw error;
  }
  const fault = known ?? new BrokenTask();
  if (task.kind === 'command') await tellBrokenCommand(task, claimed, fault, ctx);
  await ctx.store.finishTask(taskId, ctx.worker, { status: 'failed', reason: fault.message });
}

/** A fault of Aegis itself. Its details are in the server's log, not on the pull request. */
class BrokenTask extends AegisError {
  readonly code = 'AEGIS_INTERNAL';
  constructor() {
    super('Aegis broke off while it did this', { hint: "Ask again; the server's log says more." });
  }
}

function nameOf({ ref, task }: ClaimedTask): string {
  return `${ref.owner}/${ref.repo}#${ref.number}: ${task.kind}`;
}
