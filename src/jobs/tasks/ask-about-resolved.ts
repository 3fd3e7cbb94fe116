import type { Task } from '#model/task.ts';
import type { ClaimedTask } from '#ports/store.ts';
import { askForReason } from '#report/replies/ask-for-reason.ts';
import type { TaskContext } from './context.ts';
import { asCourtesy } from './courtesy.ts';

/**
 * A person resolved a thread of ours. While its finding is still there, it is asked about, once: a resolved thread hides
 * a finding and does not say why. Answers with one clause for the log.
 */
export async function askAboutResolved(
  { commentId, actor }: Extract<Task, { kind: 'thread-resolved' }>,
  { ref }: Pick<ClaimedTask, 'ref'>,
  { host, store, log }: Pick<TaskContext, 'host' | 'store' | 'log'>,
): Promise<string> {
  const thread = (await host.threads(ref)).find((one) => one.commentId === commentId);
  if (thread === undefined) return 'the thread that was resolved is not ours';
  // `thread.resolved` is not asked: what the host shows may lag behind what it sent.
  if (thread.closed) return 'the thread that was resolved is closed by us';
  const finding = (await store.known(ref)).find(({ fingerprint }) => fingerprint === thread.fingerprint);
  if (finding?.state !== 'open') return 'the finding of the resolved thread is settled';
  if ((await store.dismissals(ref)).some(({ fingerprint }) => fingerprint === thread.fingerprint))
    return 'the finding of the resolved thread is dismissed';
  if (actor.isBot || !(await host.canWrite(ref, actor.login))) return `${actor.login} resolved a thread and may not write here`;
  if ((await host.pullRequest(ref)).state === 'closed') return 'the pull request is closed';
  const question = { key: `ask:${thread.fingerprint}`, body: askForReason(finding) };
  await asCourtesy('a resolved thread could not be asked about', () => host.reply(ref, { kind: 'review', id: commentId }, question), log);
  return `${actor.login} was asked why the thread of ${finding.id} was resolved`;
}
