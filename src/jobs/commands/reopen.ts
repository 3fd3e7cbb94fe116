import { describeNotDismissed, describeReopened } from '#report/replies/decisions.ts';
import { type Command, done, refused } from './command.ts';
import { findFinding } from './find-finding.ts';
import { requestReview } from './request-review.ts';

/** Takes dismissals of a finding back, wherever they hold. */
export const reopen: Command = {
  name: 'reopen',
  usage: 'reopen ID',
  summary: 'Take the dismissal of a finding back, wherever it holds.',
  async run(call, ctx) {
    const found = await findFinding(call, 'reopen ID', ctx);
    if (found.kind === 'refused') return found.answer;
    const { finding } = found;
    const was = await ctx.store.reinstate(call.ref, finding.fingerprint, call.actor);
    if (!was && !call.repeated) return refused(describeNotDismissed(finding));
    await ctx.judgements.takeBack(call.ref, finding.fingerprint);
    return done(describeReopened(finding, await requestReview(call.ref, ctx)));
  },
};
