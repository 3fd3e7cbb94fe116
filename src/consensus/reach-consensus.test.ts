import { describe, expect, it } from 'vitest';
import type { ConsensusStep } from '#model/plan.ts';
import type { Verdict } from '#model/verdict.ts';
import { makeChange, makeChunk, makeClaim, makeExecution, makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { type DocketInput, openDocket } from './docket.ts';
import { type ConsensusInput, reachConsensus } from './reach-consensus.ts';
import type { Hearing } from './run-steps.ts';
import { majorityVote } from './strategies/majority-vote.ts';
import { union } from './strategies/union.ts';

const three = [makeSeat('a'), makeSeat('b'), makeSeat('c')];
const judging: readonly ConsensusStep[] = [
  { kind: 'vote', strategy: 'union', threshold: 0.5 },
  { kind: 'judge', when: 'always' },
];
type Over = Partial<DocketInput & Omit<ConsensusInput, 'plan'>> & { readonly plan?: ReturnType<typeof makePlan> };

function consensus({ plan = makePlan(three), ...over }: Over, said?: (ids: string[]) => Hearing) {
  const docket = openDocket({
    candidates: [],
    executions: three.map(({ model }) => makeExecution(model.model_id)),
    chunks: [makeChunk('chunk-1')],
    records: [],
    plan,
    ...over,
  });
  return reachConsensus(docket, said === undefined ? null : said(docket.map(({ id }) => id)), {
    plan,
    strategyOf: (id) => (id === 'majority_vote' ? majorityVote : union),
    change: makeChange([{ path: 'src/app.js', start: 40, count: 10 }]),
    outlines: new Map(),
    today: '2026-06-01',
    ...over,
  });
}
const decide =
  (verdict: Partial<Verdict>) =>
  (ids: string[]): Hearing => ({
    verdicts: ids.map((caseId) => ({
      caseId,
      modelId: 'j',
      verdict: 'confirmed',
      confidence: 0.7,
      severity: null,
      reason: 'It is so.',
      ...verdict,
    })),
    unheard: new Set(),
  });

it('findings come worst first, an unstated confidence last, suppressed ones at the end', () => {
  const candidates = [
    makeClaim('a', { startLine: 41, cwe: 'CWE-79', severity: 'high', confidence: null }),
    makeClaim('a', { startLine: 42, cwe: 'CWE-89', severity: 'high', confidence: 0.2 }),
    makeClaim('a', { startLine: 43, cwe: 'CWE-327', severity: 'low' }),
    makeClaim('a', { startLine: 44, cwe: 'CWE-78', severity: 'critical' }),
    makeClaim('a', { startLine: 300, cwe: 'CWE-502', severity: 'critical', hunkId: null }),
  ];
  const { findings } = consensus({ candidates, plan: makePlan(three, { review: { minSeverity: 'medium' } }) });
  expect(findings.map(({ cwe, suppressedBy }) => `${cwe} ${suppressedBy}`)).toEqual([
    'CWE-78 null',
    'CWE-89 null',
    'CWE-79 null',
    'CWE-502 outside-scope',
    'CWE-327 min-severity',
  ]);
});

it('what is suppressed takes no place under a cap, and is still shown', () => {
  const fixture = makeClaim('a', { path: 'test/app.js', cwe: 'CWE-798', severity: 'critical' });
  const plan = makePlan(three, {
    consensus: { steps: [{ kind: 'cap', findings: 1 }] },
    suppress: [{ cwe: 'CWE-798', paths: ['test/**'], reason: 'fixtures', until: null }],
    review: { scope: 'file' },
  });
  const { findings } = consensus({
    candidates: [fixture, makeClaim('a', { severity: 'low' }), makeClaim('a', { startLine: 48, severity: 'info' })],
    plan,
  });
  expect(findings.map(({ severity, suppressedBy }) => `${severity} ${suppressedBy}`)).toEqual(['low null', 'critical policy']);
});

describe('a judge', () => {
  const candidates = [makeClaim('a', { severity: 'high' }), makeClaim('b', { severity: 'high' })];
  const plan = makePlan(three, { consensus: { steps: judging } });

  it('is listed with its verdict; its severity is shown, and neither it nor the verdict is counted', () => {
    const { findings, judged, fellBack } = consensus({ candidates, plan }, decide({ severity: 'low' }));
    expect(findings[0]).toMatchObject({ severity: 'high', confidence: 0.9, votes: { for: 2, of: 3 } });
    expect(findings[0]?.models).toMatchObject([
      { id: 'a', verdict: 'reported' },
      { id: 'b', verdict: 'reported' },
      { id: 'j', role: 'judge', verdict: 'confirmed', severity: 'low', confidence: 0.7, message: 'It is so.' },
    ]);
    expect(findings[0]?.models[2]).not.toHaveProperty('anchoredBy');
    expect({ judged, fellBack }).toEqual({ judged: { confirmed: 1, rejected: 0, uncertain: 0, unheard: 0 }, fellBack: false });
  });
  it('that gives no severity is shown with that of the finding', () => {
    expect(consensus({ candidates, plan }, decide({ verdict: 'uncertain' })).findings[0]?.models[2]).toMatchObject({
      verdict: 'uncertain',
      severity: 'high',
    });
  });
  it('that rejects leaves no finding', () => {
    expect(consensus({ candidates, plan }, decide({ verdict: 'rejected' }))).toMatchObject({ findings: [], judged: { rejected: 1 } });
  });
  it('that failed is told of, and is no contributor', () => {
    const failed = (ids: string[]): Hearing => ({ verdicts: [], unheard: new Set(ids) });
    const { findings, fellBack, judged } = consensus({ candidates, plan }, failed);
    expect({ fellBack, judged }).toEqual({ fellBack: true, judged: { confirmed: 0, rejected: 0, uncertain: 0, unheard: 1 } });
    expect(findings[0]?.models).toHaveLength(2);
    expect(
      consensus(
        { candidates: [makeClaim('a')], plan: makePlan(three, { consensus: { steps: judging, fallback: 'majority_vote' } }) },
        failed,
      ).findings,
    ).toEqual([]);
  });
  it('that was not asked is not told of', () => {
    const result = consensus({ candidates, plan });
    expect(result).not.toHaveProperty('judged');
    expect(result.fellBack).toBe(false);
    expect(result.findings).toHaveLength(1);
  });
});

it('an attempt to steer the models is a finding of its own, medium, without a vote', () => {
  const plan = makePlan(three, { consensus: { strategy: 'majority_vote' } });
  const { findings } = consensus({
    plan,
    candidates: [
      makeClaim('aegis/steering', { role: 'steering', cwe: 'CWE-1427', severity: 'critical' }),
      ...[makeClaim('a', { cwe: 'CWE-1427', startLine: 47, severity: 'critical' }), makeClaim('a', { startLine: 45 })],
    ],
  });
  expect(findings.map(({ cwe, severity, startLine }) => `${cwe} ${severity} ${startLine}`)).toEqual([
    'CWE-1427 medium 42',
    'CWE-1427 medium 47',
  ]);
});

it('a finding has a name of its own, and holds nothing of how it was made', () => {
  const { findings } = consensus({ candidates: [makeClaim('a', { startLine: 41 }), makeClaim('a', { startLine: 48 })] });
  expect(new Set(findings.map(({ id }) => id)).size).toBe(2);
  expect(findings.every(({ id, fingerprint }) => /^[0-9a-z]{6,}$/.test(id) && /^[0-9a-f]{64}$/.test(fingerprint))).toBe(true);
  expect(Object.keys(findings[0] ?? {})).not.toContain('evidenceLine');
  expect(findings[0]).toMatchObject({ side: 'RIGHT', state: 'new', explanation: null, replacement: null, notes: [] });
});

it('what a finding is called does not depend on whether its neighbour is kept', () => {
  const candidates = [makeClaim('a', { startLine: 41 }), makeClaim('a', { startLine: 48 }), makeClaim('b', { startLine: 48 })];
  const of = (strategy: string) => consensus({ candidates, plan: makePlan(three, { consensus: { strategy } }) }).findings;
  const last = (strategy: string) => of(strategy).find(({ startLine }) => startLine === 48)?.fingerprint;
  expect([of('union').length, of('majority_vote').length]).toEqual([2, 1]);
  expect(last('majority_vote')).toBe(last('union'));
});
