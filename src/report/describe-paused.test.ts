import { expect, it } from 'vitest';
import { describePaused } from './describe-paused.ts';
import { describeProgress } from './describe-progress.ts';

it('a paused pull request asks for action and never looks reviewed', () => {
  const { check, review, summary, blocks } = describePaused({ scanId: '01JD7Q', checkName: 'Aegis', by: 'octo [x](https://evil.example)' });
  expect(check).toMatchObject({ conclusion: 'action_required', title: 'Paused: this commit was not reviewed' });
  expect(check?.buttons?.map(({ identifier }) => identifier)).toEqual(['resume']);
  expect(check?.summary).toContain('**not reviewed**');
  expect(check?.summary).not.toContain('[x](');
  expect([review, summary, blocks]).toEqual([null, null, true]);
});

it.each([
  { done: 0, of: 40, title: 'Reviewing: 0 of 40 calls' },
  { done: 1, of: 1, title: 'Reviewing: 1 of 1 call' },
])('progress is "$title"', ({ done, of, title }) => expect(describeProgress({ done, of })).toBe(title));
