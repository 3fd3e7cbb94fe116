import { expect, it } from 'vitest';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import { type ConclusionInput, conclude } from './conclude.ts';

const entry = (status: LedgerEntry['status'], cause: LedgerEntry['cause'] = null, reason = ''): LedgerEntry => ({
  path: 'a.js',
  hunkId: 'a',
  status,
  cause,
  reason,
});
const finding = (severity: string, suppressedBy: string | null = null) => ({ severity, suppressedBy }) as Finding;
const reviewed = entry('reviewed');
const down = 'qwen did not answer (connection refused)';
const model = { role: 'deep_scan', calls: 2 };

it.each<{ name: string; over: Partial<ConclusionInput>; conclusion: string; reason: string }>([
  { name: 'an empty change', over: { ledger: [] }, conclusion: 'passed', reason: 'The change is empty: there was nothing to review.' },
  {
    name: 'all reviewed',
    over: {},
    conclusion: 'passed',
    reason: 'Nothing was found, and every hunk that needs a review was reviewed (2 of 2).',
  },
  {
    name: 'claims that the budget kept the judge from hearing',
    over: { unjudged: { cases: 2, reason: 'the budget of $0.50 is spent' }, findings: [finding('high')] },
    conclusion: 'incomplete',
    reason: 'Every hunk was reviewed, but no judge heard 2 claims: the budget of $0.50 is spent.',
  },
  {
    name: 'only prose',
    over: { ledger: [entry('not_applicable')] },
    conclusion: 'passed',
    reason: 'Nothing in this change needs a review.',
  },
  {
    name: 'left out by rule',
    over: { ledger: [entry('skipped', 'generated', 'generated'), entry('not_applicable')] },
    conclusion: 'passed',
    reason: 'Nothing was reviewed: 1 hunk left out (generated).',
  },
  {
    name: 'a claim that nobody is shown does not vanish behind a pass',
    over: { unplaced: 1 },
    conclusion: 'passed',
    reason:
      'Nothing was found, and every hunk that needs a review was reviewed (2 of 2). One claim named no place in what its model was shown, and is not counted.',
  },
  {
    name: 'findings',
    over: { findings: [finding('high'), finding('low'), finding('high')] },
    conclusion: 'findings',
    reason: '3 findings: 2 high, 1 low.',
  },
  {
    name: 'only suppressed findings',
    over: { findings: [finding('high', 'policy')] },
    conclusion: 'passed',
    reason: 'Nothing was found, and every hunk that needs a review was reviewed (2 of 2).',
  },
  {
    name: 'a gap is worse than a finding',
    over: { findings: [finding('high')], ledger: [reviewed, entry('partial', null, down)] },
    conclusion: 'incomplete',
    reason: `1 of 2 hunks was not fully reviewed: ${down}.`,
  },
  {
    name: 'several reasons, the commonest first',
    over: { ledger: [entry('partial', null, 'b'), entry('partial', null, 'a'), entry('partial', null, 'a'), reviewed] },
    conclusion: 'incomplete',
    reason: '3 of 4 hunks were not fully reviewed: a (2 hunks); b (1 hunk).',
  },
  {
    name: 'skipped by budget',
    over: { ledger: [entry('skipped', 'budget', 'the budget is spent')] },
    conclusion: 'incomplete',
    reason: '1 of 1 hunk was not reviewed: the budget is spent.',
  },
  {
    name: 'a budget that was spent on the way',
    over: {
      ledger: [
        reviewed,
        entry('skipped', 'budget', 'the budget of $0.50 is spent'),
        entry('skipped', 'budget', 'the budget of $0.50 is spent'),
        entry('partial', null, 'b was not asked, because the budget of $0.50 is spent'),
      ],
    },
    conclusion: 'incomplete',
    reason:
      '3 of 4 hunks were not fully reviewed: the budget of $0.50 is spent (2 hunks); b was not asked, because the budget of $0.50 is spent (1 hunk).',
  },
  {
    name: 'a budget that does not allow the first call is no error',
    over: { models: [{ ...model, calls: 0 }], ledger: [entry('skipped', 'budget', 'the budget of $0 is spent')] },
    conclusion: 'incomplete',
    reason: '1 of 1 hunk was not reviewed: the budget of $0 is spent.',
  },
  {
    name: 'calls that failed, and then the budget was spent',
    over: { ledger: [entry('skipped', 'fault', down), entry('skipped', 'budget', 'the budget of $0.50 is spent')] },
    conclusion: 'error',
    reason: `Nothing could be reviewed: ${down} (1 hunk); the budget of $0.50 is spent (1 hunk).`,
  },
  {
    name: 'uncovered source',
    over: { ledger: [reviewed, entry('uncovered', null, 'no model of this review covers rust')] },
    conclusion: 'incomplete',
    reason: '1 of 2 hunks was not fully reviewed: no model of this review covers rust.',
  },
  {
    name: 'uncovered source that the repository accepts',
    over: { uncovered: 'note', ledger: [reviewed, entry('uncovered', null, 'no model of this review covers rust')] },
    conclusion: 'passed',
    reason: 'Nothing was found in 1 hunk; no model covers the other 1 hunk of source, which the repository accepts.',
  },
  {
    name: 'every call failed',
    over: { ledger: [entry('skipped', 'fault', down)] },
    conclusion: 'error',
    reason: `Nothing could be reviewed: ${down}.`,
  },
  {
    name: 'every call failed but the explanation of what Aegis found itself',
    over: { models: [model, { role: 'explain', calls: 1 }], findings: [finding('medium')], ledger: [entry('skipped', 'fault', down)] },
    conclusion: 'error',
    reason: `Nothing could be reviewed: ${down}.`,
  },
  {
    name: 'nobody was asked to look at code, and a patch could not be had',
    over: {
      models: [
        { ...model, calls: 0 },
        { role: 'judge', calls: 1 },
      ],
      ledger: [entry('skipped', 'fault', 'no patch')],
    },
    conclusion: 'incomplete',
    reason: '1 of 1 hunk was not reviewed: no patch.',
  },
  {
    name: 'triage passed some over, and the deep scan of the others failed',
    over: { models: [{ role: 'triage', calls: 2 }, model], ledger: [reviewed, entry('skipped', 'fault', down)] },
    conclusion: 'incomplete',
    reason: `1 of 2 hunks was not reviewed: ${down}.`,
  },
  {
    name: 'triage let everything through, and the deep scan failed',
    over: { models: [{ role: 'triage', calls: 2 }, model], ledger: [entry('skipped', 'fault', down), entry('skipped', 'fault', down)] },
    conclusion: 'error',
    reason: `Nothing could be reviewed: ${down}.`,
  },
  {
    name: 'one of two models is down',
    over: { models: [model, model], ledger: [entry('partial', null, down)] },
    conclusion: 'incomplete',
    reason: `1 of 1 hunk was not fully reviewed: ${down}.`,
  },
])('$name', ({ over, conclusion, reason }) => {
  expect(
    conclude({
      ledger: [reviewed, reviewed],
      findings: [],
      models: [model],
      uncovered: 'incomplete',
      unplaced: 0,
      unjudged: null,
      ...over,
    }),
  ).toEqual({
    conclusion,
    reason,
  });
});
