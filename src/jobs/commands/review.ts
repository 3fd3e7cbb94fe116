import { describeReview } from '#report/replies/decisions.ts';
import type { Command } from './command.ts';
import { requestReview } from './request-review.ts';

/** Looks at the head once more. */
export const review: Command = {
  name: 'review',
  usage: 'review',
  summary: 'Review the newest commit again.',
  async run({ ref }, ctx) {
    const asked = await requestReview(ref, ctx);
    return { done: asked.kind === 'requested', body: describeReview(asked) };
  },
};
