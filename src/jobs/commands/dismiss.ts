import { languageOf } from '#model/language.ts';
import { describeDismissed } from '#report/replies/decisions.ts';
import { refuseWithoutReason } from '#report/replies/refusals.ts';
import { type Command, done, refused } from './command.ts';
import { findFinding } from './find-finding.ts';
import { cutWord } from './parse-command.ts';
import { requestReview } from './request-review.ts';

/** Longest reason that is kept, characters. */
const MAX_REASON = 2_000;

/** Leaves a finding alone while its code is as it is. */
export const dismiss: Command = {
  name: 'dismiss',
  usage: 'dismiss ID [--repo] reason',
  summary:
    'Leave a finding alone while its code is as it is, here or, with `--repo`, in all pull requests of the repository. The reason stands in the summary.',
  async run(call, ctx) {
    const found = await findFinding(call, 'dismiss ID your reason', ctx);
    if (found.kind === 'refused') return found.answer;
    const { finding } = found;
    const { reason, scope } = readReason(found.rest);
    if (reason === null)
      return refused(refuseWithoutReason(finding, `/aegis dismiss ${finding.id}${scope === 'repository' ? ' --repo' : ''} your reason`));
    const { fingerprint, cwe, path, evidence, models } = finding;
    await ctx.store.dismiss(call.ref, { fingerprint, cwe, path, evidence, reason, actor: call.actor, scope });
    await ctx.judgements.record(call.ref, { fingerprint, kind: 'dismissed', reason, cwe, language: languageOf(path), models });
    return done(describeDismissed(finding, { reason, scope }, await requestReview(call.ref, ctx)));
  },
};

/** Words of an example that somebody copied, and signs without a word, are no reason. */
function readReason(words: string): { readonly reason: string | null; readonly scope: 'pull' | 'repository' } {
  const { first, rest } = cutWord(words);
  const scope = first.toLowerCase() === '--repo' ? 'repository' : 'pull';
  const reason = (scope === 'repository' ? rest : words.trim()).slice(0, MAX_REASON).toWellFormed();
  const says = /[\p{L}\p{N}]/u.test(reason) && !/^(?:\[--repo\] )?(?:your |the )?reason$/i.test(reason);
  return { reason: says ? reason : null, scope };
}
