import { languageOf } from '#model/language.ts';
import type { Task } from '#model/task.ts';
import type { ClaimedTask } from '#ports/store.ts';
import { readFeedback } from '../read-feedback.ts';
import type { TaskContext } from './context.ts';

/**
 * The pull request was closed: what still runs for it is ended, and what people showed is read for the last time. What
 * was mended before a merge was a weakness: that is to the credit of who found it. Answers with one clause for the log.
 */
export async function closePull(
  { merged }: Extract<Task, { kind: 'closed' }>,
  { ref }: Pick<ClaimedTask, 'ref'>,
  ctx: Pick<TaskContext, 'store' | 'host' | 'judgements'>,
): Promise<string> {
  await ctx.store.pass(ref);
  const judged = await readFeedback(ref, ctx);
  if (!merged) return 'the pull request was closed';
  // Whoever said that it is no weakness is not contradicted by its line going away.
  const decided = new Set([...judged, ...(await ctx.store.dismissals(ref)).map(({ fingerprint }) => fingerprint)]);
  const fixed = (await ctx.store.known(ref)).filter(({ state, fingerprint }) => state === 'fixed' && !decided.has(fingerprint));
  for (const { fingerprint, cwe, path, models } of fixed) {
    await ctx.judgements.record(ref, { fingerprint, kind: 'fixed', reason: '', cwe, language: languageOf(path), models });
  }
  return `the pull request was merged, ${fixed.length} of its findings fixed`;
}
