import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeChange, makeChunk, makeClaim, makeExecution, makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { type ConsensusInput, reachConsensus } from './reach-consensus.ts';
import { majorityVote } from './strategies/majority-vote.ts';
import { union } from './strategies/union.ts';

const three = [makeSeat('a'), makeSeat('b'), makeSeat('c')];
const patterns = makeSeat('builtin/patterns', { covers: { languages: ['python'] } });

function consensus(over: Partial<ConsensusInput>) {
  return reachConsensus({
    candidates: [],
    executions: three.map(({ model }) => makeExecution(model.model_id)),
    chunks: [makeChunk('chunk-1')],
    change: makeChange([{ path: 'src/app.js', start: 40, count: 10 }]),
    strategy: majorityVote,
    plan: makePlan(three),
    outlines: new Map(),
    today: '2026-06-01',
    ...over,
  });
}
const votes = (over: Partial<ConsensusInput>) => consensus(over).map((finding) => `${finding.votes.for} of ${finding.votes.of}`);

describe('who has a vote', () => {
  const [a, b] = [makeClaim('a'), makeClaim('b')];
  it.each([
    { name: 'two of three who answered', over: { candidates: [a, b] }, kept: ['2 of 3'] },
    { name: 'one model that says it twice has one vote', over: { candidates: [a, makeClaim('a', { startLine: 43 })] }, kept: [] },
    {
      name: 'a model that failed abstains',
      over: { candidates: [a, b], executions: [makeExecution('a'), makeExecution('b'), makeExecution('c', 'failed')] },
      kept: ['2 of 2'],
    },
    {
      name: 'a model that stood in has its own vote, with its own weight',
      over: {
        candidates: [a, makeClaim('r')],
        executions: [makeExecution('a'), makeExecution('b', 'refused'), { ...makeExecution('r'), standsInFor: 'b' }, makeExecution('c')],
        plan: { ...makePlan(three), reserves: [makeSeat('r')] },
      },
      kept: ['2 of 3'],
    },
    {
      name: 'a model that stood in and is silent votes against',
      over: {
        candidates: [a],
        executions: [
          makeExecution('a'),
          makeExecution('b', 'refused'),
          { ...makeExecution('r'), standsInFor: 'b' },
          makeExecution('c', 'failed'),
        ],
        plan: { ...makePlan(three), reserves: [makeSeat('r'), makeSeat('s')] },
        strategy: union,
      },
      kept: ['1 of 2'],
    },
    {
      name: 'a truncated answer votes for what it completed',
      over: { candidates: [a, b], executions: [makeExecution('a'), makeExecution('b', 'truncated'), makeExecution('c')] },
      kept: ['2 of 3'],
    },
    {
      name: 'a truncated answer that did not say it is no vote against',
      over: { candidates: [a], executions: [makeExecution('a'), makeExecution('b', 'truncated'), makeExecution('c', 'refused')] },
      kept: ['1 of 1'],
    },
    {
      name: 'a model that does not cover the language abstains',
      over: {
        candidates: [a],
        plan: makePlan([makeSeat('a'), patterns]),
        executions: [makeExecution('a'), makeExecution('builtin/patterns')],
      },
      kept: ['1 of 1'],
    },
    {
      name: 'an answer on another chunk is no opinion on this one',
      over: {
        candidates: [a],
        chunks: [makeChunk('chunk-1'), makeChunk('chunk-2', 'src/app.js', 400)],
        executions: [makeExecution('a'), makeExecution('b', 'answered', 'chunk-2'), makeExecution('b', 'failed')],
      },
      kept: ['1 of 1'],
    },
    { name: 'what triage claims is no vote', over: { candidates: [makeClaim('a', { role: 'triage' })], strategy: union }, kept: [] },
  ])('$name', ({ over, kept }) => expect(votes(over)).toEqual(kept));

  it('an attempt to steer the models is reported without a vote', () => {
    expect(
      consensus({ candidates: [makeClaim('a', { cwe: 'CWE-1427' }), makeClaim('a', { startLine: 48 })] }).map(({ cwe }) => cwe),
    ).toEqual(['CWE-1427']);
  });
});

it('findings come worst first, an unstated confidence last, suppressed ones at the end', () => {
  const claims = [
    makeClaim('a', { startLine: 41, cwe: 'CWE-79', severity: 'high', confidence: null }),
    makeClaim('a', { startLine: 42, cwe: 'CWE-89', severity: 'high', confidence: 0.2 }),
    makeClaim('a', { startLine: 43, cwe: 'CWE-327', severity: 'low' }),
    makeClaim('a', { startLine: 44, cwe: 'CWE-78', severity: 'critical' }),
    makeClaim('a', { startLine: 300, cwe: 'CWE-502', severity: 'critical', hunkId: null }),
  ];
  const findings = consensus({ candidates: claims, strategy: union, plan: makePlan(three, { review: { minSeverity: 'medium' } }) });
  expect(findings.map(({ cwe, suppressedBy }) => `${cwe} ${suppressedBy}`)).toEqual([
    'CWE-78 null',
    'CWE-89 null',
    'CWE-79 null',
    'CWE-502 outside-scope',
    'CWE-327 min-severity',
  ]);
});

describe('fingerprints', () => {
  const outline = {
    symbols: [
      { name: 'Users', startLine: 1, endLine: 90 },
      { name: 'find', startLine: 40, endLine: 60 },
    ],
    importLines: [],
  };
  const first = (over: Partial<ConsensusInput>) => consensus({ strategy: union, candidates: [makeClaim('a')], ...over })[0];

  it('follow the code, not the line', () => {
    const moved = { candidates: [makeClaim('a', { startLine: 45 })] };
    expect(first(moved)?.fingerprint).toBe(first({})?.fingerprint);
  });
  it('follow a rename', () => {
    const renamed = {
      candidates: [makeClaim('a', { path: 'lib/app.js' })],
      chunks: [makeChunk('chunk-1', 'lib/app.js')],
      change: makeChange([{ path: 'lib/app.js', oldPath: 'src/app.js', start: 40, count: 10 }]),
    };
    expect(first(renamed)?.fingerprint).toBe(first({})?.fingerprint);
  });
  it('know the innermost symbol', () => {
    expect(first({ outlines: new Map([['src/app.js', outline]]) })?.fingerprint).not.toBe(first({})?.fingerprint);
  });
  it('tell equal lines apart, and give each finding an id of its own', () => {
    const findings = consensus({ strategy: union, candidates: [makeClaim('a', { startLine: 41 }), makeClaim('a', { startLine: 48 })] });
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(findings.every(({ id }) => /^[0-9a-z]{6,}$/.test(id))).toBe(true);
    expect(findings.find(({ startLine }) => startLine === 41)?.fingerprint).toBe(first({})?.fingerprint);
  });
});

it('the result does not depend on the order of claims or calls', () => {
  const claim = fc
    .record({
      model: fc.constantFrom('a', 'b', 'c'),
      startLine: fc.integer({ min: 40, max: 49 }),
      cwe: fc.constantFrom('CWE-89', 'CWE-943', 'CWE-79', null),
    })
    .map(({ model, startLine, cwe }) => makeClaim(model, { startLine, cwe }));
  const inTwoOrders = fc
    .array(claim, { maxLength: 15 })
    .chain((claims) => fc.tuple(fc.constant(claims), fc.shuffledSubarray(claims, { minLength: claims.length })));
  fc.assert(
    fc.property(inTwoOrders, ([candidates, shuffled]) => {
      const executions = three.map(({ model }) => makeExecution(model.model_id));
      expect(consensus({ candidates: shuffled, executions: executions.toReversed() })).toEqual(consensus({ candidates, executions }));
    }),
  );
});
