import { expect, it } from 'vitest';
import type { Scope, SuppressRule } from '#model/plan.ts';
import type { Severity } from '#model/severity.ts';
import { makeChange, makePlan } from '../../test/fixtures/panel.ts';
import { createSuppressor, type Suppressible } from './suppress.ts';

// Line 40 is context, 41 to 44 are added.
const change = makeChange([{ path: 'test/app.js', start: 40, count: 5 }]);
const found: Suppressible = { cwe: 'CWE-798', severity: 'medium', confidence: 0.5, path: 'test/app.js', startLine: 42, endLine: 42 };
const rule: SuppressRule = { cwe: 'CWE-798', paths: ['test/**'], reason: 'fixtures', until: null };

interface Case {
  name: string;
  finding?: Partial<Suppressible>;
  rule?: Partial<SuppressRule>;
  minSeverity?: Severity;
  minConfidence?: number;
  scope?: Scope;
  by: string | null;
}

it.each<Case>([
  { name: 'nothing speaks against it', by: null },
  { name: 'a rule for its CWE and path', rule: {}, by: 'policy' },
  { name: 'a rule for a wider CWE covers the narrower one', rule: {}, finding: { cwe: 'CWE-259' }, by: 'policy' },
  { name: 'a rule for a narrower CWE does not cover the wider one', rule: { cwe: 'CWE-259' }, by: null },
  { name: 'a rule for another CWE', rule: { cwe: 'CWE-89' }, by: null },
  { name: 'a rule for any CWE', rule: { cwe: null }, finding: { cwe: null }, by: 'policy' },
  { name: 'a rule for a CWE does not cover a finding without one', rule: {}, finding: { cwe: null }, by: null },
  { name: 'a rule for other paths', rule: { paths: ['src/**'] }, by: null },
  { name: 'a rule for a folder', rule: { paths: ['test/'] }, by: 'policy' },
  { name: 'a rule without paths holds everywhere', rule: { paths: [] }, by: 'policy' },
  { name: 'a rule on its last day', rule: { until: '2026-06-01' }, by: 'policy' },
  { name: 'a rule the day after', rule: { until: '2026-05-31' }, by: null },
  { name: 'below the severity floor', minSeverity: 'high', by: 'min-severity' },
  { name: 'at the severity floor', minSeverity: 'medium', by: null },
  { name: 'below the confidence floor', minConfidence: 0.6, by: 'min-confidence' },
  { name: 'a confidence that was not stated passes', minConfidence: 0.6, finding: { confidence: null }, by: null },
  { name: 'scope added: an added line', scope: 'added', by: null },
  { name: 'scope added: context', scope: 'added', finding: { startLine: 40, endLine: 40 }, by: 'outside-scope' },
  { name: 'scope added: a range that reaches an added line', scope: 'added', finding: { startLine: 39, endLine: 41 }, by: null },
  { name: 'scope hunks: context', scope: 'hunks', finding: { startLine: 40, endLine: 40 }, by: null },
  { name: 'scope hunks: outside of every hunk', scope: 'hunks', finding: { startLine: 90, endLine: 95 }, by: 'outside-scope' },
  { name: 'scope file: outside of every hunk', scope: 'file', finding: { startLine: 90, endLine: 95 }, by: null },
])('$name', ({ finding, rule: own, minSeverity = 'info', minConfidence = 0, scope = 'hunks', by }) => {
  const plan = makePlan([], { review: { minSeverity, minConfidence, scope }, suppress: own === undefined ? [] : [{ ...rule, ...own }] });
  expect(createSuppressor(plan, change, '2026-06-01')({ ...found, ...finding }).suppressedBy).toBe(by);
});

it('says why', () => {
  const suppress = createSuppressor(makePlan([], { suppress: [rule] }), change, '2026-06-01');
  expect(suppress(found)).toEqual({ suppressedBy: 'policy', suppressedReason: 'fixtures' });
});
