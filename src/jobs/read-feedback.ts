import { languageOf } from '#model/language.ts';
import type { CodeHost, FindingThread, PullRequestRef } from '#ports/code-host.ts';
import type { RepositoryJudgements } from '#ports/judgements.ts';
import type { Store } from '#ports/store.ts';

export interface FeedbackContext {
  readonly host: Pick<CodeHost, 'threads' | 'canWrite'>;
  readonly store: Pick<Store, 'known' | 'dismissals'>;
  readonly judgements: RepositoryJudgements;
}

/**
 * Reads 👍 and 👎 on our comments by people with write access, as judgements from which `weights: auto` learns; they
 * dismiss nothing. More of one than of the other decide; a dismissal by a command weighs more than either. Read again,
 * a reaction counts as once. Answers the fingerprints that were judged. Faults are the host's and the store's.
 */
export async function readFeedback(ref: PullRequestRef, { host, store, judgements }: FeedbackContext): Promise<ReadonlySet<string>> {
  // A merge group has no comments.
  const shown = ref.number === 0 ? [] : (await host.threads(ref)).filter(({ reactions }) => reactions.length > 0);
  if (shown.length === 0) return new Set();
  const known = new Map((await store.known(ref)).map((finding) => [finding.fingerprint, finding]));
  const dismissed = new Set((await store.dismissals(ref)).map(({ fingerprint }) => fingerprint));
  const mayWrite = rememberAnswers((login) => host.canWrite(ref, login));
  const judged = new Set<string>();
  for (const { fingerprint, reactions } of shown) {
    const finding = known.get(fingerprint);
    if (finding === undefined || dismissed.has(fingerprint)) continue;
    const balance = await countVotes(reactions, mayWrite);
    if (balance === 0) continue;
    const { cwe, path, models } = finding;
    const kind = balance > 0 ? 'confirmed' : 'dismissed';
    await judgements.record(ref, { fingerprint, kind, reason: '', cwe, language: languageOf(path), models });
    judged.add(fingerprint);
  }
  return judged;
}

/** 👍 less 👎 of those who may write. */
async function countVotes(reactions: FindingThread['reactions'], mayWrite: (login: string) => Promise<boolean>): Promise<number> {
  let balance = 0;
  for (const { login, kind } of reactions) if (await mayWrite(login)) balance += kind === '+1' ? 1 : -1;
  return balance;
}

/** Who may write is asked once for each person, and anew at the next reading. */
function rememberAnswers(ask: (login: string) => Promise<boolean>): (login: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (login) => {
    const answer = answers.get(login) ?? ask(login);
    answers.set(login, answer);
    return answer;
  };
}
