import { describe, expect, it } from 'vitest';
import type { FailRule } from '#model/fail-rule.ts';
import { makeFinding } from '../../test/fixtures/scan-results.ts';
import { createBlocker } from './fail-rule.ts';

describe('a finding blocks the change', () => {
  const rule: FailRule = {
    severity: 'high',
    paths: [
      { paths: ['test/auth/**'], severity: 'medium' },
      { paths: ['test/**'], severity: 'none' },
      { paths: ['billing/'], severity: 'low' },
    ],
  };
  it.each([
    { name: 'at the floor', path: 'src/a.js', severity: 'high', blocks: true },
    { name: 'below the floor: not', path: 'src/a.js', severity: 'medium', blocks: false },
    { name: 'where its folder has a lower floor', path: 'billing/a.js', severity: 'low', blocks: true },
    { name: 'where its folder has none: not', path: 'test/a.js', severity: 'critical', blocks: false },
    { name: 'by the first rule that names its file', path: 'test/auth/a.js', severity: 'medium', blocks: true },
  ] as const)('$name', ({ path, severity, blocks }) => {
    expect(createBlocker(rule)(makeFinding({ path, severity }))).toBe(blocks);
  });
  it('never where it is suppressed', () => {
    expect(createBlocker(rule)(makeFinding({ suppressedBy: 'baseline' }))).toBe(false);
  });
});
