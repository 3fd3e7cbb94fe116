import { expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.ts';

const finding = (severity: string, suppressedBy: string | null = null) => ({ severity, suppressedBy, path: 'src/a.js' });

it.each([
  { name: 'a finding at the floor fails', findings: [finding('high')], conclusion: 'findings', failOn: 'high', code: 1 },
  { name: 'a finding below the floor does not', findings: [finding('medium')], conclusion: 'findings', failOn: 'high', code: 0 },
  { name: 'a suppressed finding does not', findings: [finding('critical', 'policy')], conclusion: 'passed', failOn: 'high', code: 0 },
  { name: 'none turns the floor off', findings: [finding('critical')], conclusion: 'findings', failOn: 'none', code: 0 },
  { name: 'an incomplete scan without findings is 3', findings: [], conclusion: 'incomplete', failOn: 'high', code: 3 },
  {
    name: 'an incomplete scan with a grave finding is 1',
    findings: [finding('critical')],
    conclusion: 'incomplete',
    failOn: 'high',
    code: 1,
  },
  {
    name: 'an incomplete scan stays 3 when the floor is off',
    findings: [finding('critical')],
    conclusion: 'incomplete',
    failOn: 'none',
    code: 3,
  },
  { name: 'a failed scan is 3', findings: [], conclusion: 'error', failOn: 'none', code: 3 },
  { name: 'a passed scan is 0', findings: [], conclusion: 'passed', failOn: 'low', code: 0 },
] as const)('$name', ({ findings, conclusion, failOn, code }) => {
  expect(exitCodeOf({ findings, conclusion } as never, { severity: failOn, paths: [] })).toBe(code);
});
