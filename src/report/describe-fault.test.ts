import { expect, it } from 'vitest';
import { ConfigError, InputError } from '#model/errors.ts';
import { describeFault } from './describe-fault.ts';

it('a broken configuration tells all its problems at once, with their places', () => {
  const error = new ConfigError('.aegis.yml', [
    { line: 3, column: 5, key: 'review.scop', message: 'unknown key; did you mean `scope`?' },
    { line: 9, column: 1, key: '', message: '@octocat <b>' },
  ]);
  const { check, summary, review, sarif } = describeFault({ scanId: '1', error });
  expect(check).toMatchObject({
    name: 'Aegis',
    conclusion: 'action_required',
    title: 'The review could not run: .aegis.yml has 2 problems',
  });
  expect(summary).toBe(`## Aegis: the review could not run

.aegis.yml has 2 problems. The change was **not reviewed**.

- line 3, column 5: \`review.scop\` unknown key; did you mean \`scope\`?
- line 9, column 1: @&#8203;octocat &lt;b&gt;

**Mend it:** Mend .aegis.yml; \`aegis config validate\` shows the same list.

<!-- aegis:summary -->`);
  expect({ review, sarif }).toEqual({ review: null, sarif: null });
});

it('any other fault is its sentence and what to do', () => {
  const { check } = describeFault({
    scanId: '1',
    checkName: 'Security',
    error: new InputError('the model gpt is not known', { hint: 'Register it first.' }),
  });
  expect(check?.name).toBe('Security');
  expect(check?.summary).toContain('the model gpt is not known. The change was **not reviewed**.\n\n**Mend it:** Register it first.');
});

it('problems of several files each name theirs', () => {
  const error = new ConfigError('the configuration', [
    { source: '.aegis.yml', line: 3, column: 5, key: 'a', message: 'is wrong' },
    { source: 'octo/.github:aegis.yml', line: 1, column: 1, key: '', message: 'is empty' },
  ]);
  const { check } = describeFault({ scanId: '1', error });
  expect(check?.title).toBe('The review could not run: the configuration has 2 problems');
  expect(check?.summary).toContain(
    '- `.aegis.yml`, line 3, column 5: `a` is wrong\n- `octo/.github:aegis.yml`, line 1, column 1: is empty',
  );
});
