import { expect, it } from 'vitest';
import type { Dismissal } from '#model/lifecycle.ts';
import { reviewJob } from '../../test/fakes/review-job.ts';
import { recallMemory } from './recall-memory.ts';

const dismissal: Dismissal = {
  ...{ fingerprint: 'f1', cwe: 'CWE-89', path: 'a.js', evidence: 'query(a)' },
  ...{ reason: 'we escape this in the driver', actor: 'mona', scope: 'repository' },
};

it('what was dismissed for the repository holds in its merge groups, which have no history', async () => {
  const { ctx } = reviewJob({ claimed: { number: 0 }, store: { history: () => Promise.reject(new Error('it has none')) } });
  const claimed = await ctx.store.claim('scan-1', 'w');
  if (claimed === null) throw new TypeError('the fake has a scan');
  const memory = await recallMemory(claimed, { ...ctx.store, dismissals: async ({ number }) => (number === 0 ? [dismissal] : []) });
  expect(memory).toEqual({ history: null, dismissals: [dismissal], baseline: [], ignores: 'base' });
});
