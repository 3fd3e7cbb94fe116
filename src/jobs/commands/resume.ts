import { describeNotPaused, describeResume } from '#report/replies/decisions.ts';
import { type Command, done, refused } from './command.ts';
import { requestReview } from './request-review.ts';

/** Ends a pause, and reviews what was pushed meanwhile. */
export const resume: Command = {
  name: 'resume',
  usage: 'resume',
  summary: 'Review this pull request again after a pause, beginning with its newest commit.',
  async run({ ref, repeated }, ctx) {
    if ((await ctx.store.pausedBy(ref)) === null && !repeated) return refused(describeNotPaused());
    await ctx.store.setPaused(ref, null);
    return done(describeResume(await requestReview(ref, ctx)));
  },
};
