import { describe, expect, it } from 'vitest';
import { makeChunk, makeClaim, makeExecution, makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { type Case, type DocketInput, openDocket } from './docket.ts';

const three = [makeSeat('a'), makeSeat('b'), makeSeat('c')];
const patterns = makeSeat('builtin/patterns', { covers: { languages: ['python'] } });
const answered = (...models: string[]) => models.map((model) => makeExecution(model));
const inRole = (role: string) => ({ ...makeExecution(role), role });

function docket(over: Partial<DocketInput>): readonly Case[] {
  return openDocket({
    candidates: [],
    executions: answered('a', 'b', 'c'),
    chunks: [makeChunk('chunk-1')],
    plan: makePlan(three),
    records: [],
    ...over,
  });
}
const votesOf = ({ ballot }: Case) => `${ballot.votesFor.join('+')} of ${ballot.electorate.join('+')}`;

describe('who has a vote', () => {
  const [a, b] = [makeClaim('a'), makeClaim('b')];
  it.each<{ name: string; over: Partial<DocketInput>; votes: string[] }>([
    { name: 'those who answered', over: { candidates: [a, b] }, votes: ['a+b of a+b+c'] },
    { name: 'one model that says it twice has one vote', over: { candidates: [a, { ...a, message: 'again' }] }, votes: ['a of a+b+c'] },
    {
      name: 'a model in two roles has one vote',
      over: {
        candidates: [a, makeClaim('a', { role: 'secrets' })],
        executions: [...answered('a', 'b'), { ...makeExecution('b'), role: 'secrets' }],
        plan: makePlan([...three, makeSeat('b', { role: 'secrets' })]),
      },
      votes: ['a of a+b'],
    },
    {
      name: 'a model that failed abstains',
      over: { candidates: [a, b], executions: [...answered('a', 'b'), makeExecution('c', 'failed')] },
      votes: ['a+b of a+b'],
    },
    {
      name: 'a model that was not asked for want of money abstains',
      over: { candidates: [a], executions: [...answered('a'), makeExecution('b', 'skipped')] },
      votes: ['a of a'],
    },
    {
      name: 'a model that stood in has its own vote',
      over: {
        candidates: [a, makeClaim('r')],
        executions: [...answered('a', 'c'), makeExecution('b', 'refused'), { ...makeExecution('r'), standsInFor: 'b' }],
        plan: { ...makePlan(three), reserves: [makeSeat('r'), makeSeat('s')] },
      },
      votes: ['a+r of a+c+r'],
    },
    {
      name: 'a model that stood in and is silent votes against',
      over: {
        candidates: [a],
        executions: [...answered('a'), makeExecution('b', 'refused'), { ...makeExecution('r'), standsInFor: 'b' }],
        plan: { ...makePlan(three), reserves: [makeSeat('r'), makeSeat('s')] },
      },
      votes: ['a of a+r'],
    },
    {
      name: 'a truncated answer votes for what it completed',
      over: { candidates: [a, b], executions: [...answered('a', 'c'), makeExecution('b', 'truncated')] },
      votes: ['a+b of a+b+c'],
    },
    {
      name: 'a truncated answer that did not say it is no vote against',
      over: { candidates: [a], executions: [...answered('a'), makeExecution('b', 'truncated'), makeExecution('c', 'refused')] },
      votes: ['a of a'],
    },
    {
      name: 'a model that does not cover the language abstains',
      over: { candidates: [a], plan: makePlan([makeSeat('a'), patterns]), executions: answered('a', 'builtin/patterns') },
      votes: ['a of a'],
    },
    {
      name: 'a model that looks for other weaknesses abstains',
      over: {
        candidates: [a],
        plan: makePlan([makeSeat('a'), makeSeat('b', { covers: { cwes: ['CWE-798'] } }), makeSeat('c', { covers: { cwes: ['CWE-943'] } })]),
        executions: answered('a', 'b', 'c'),
      },
      votes: ['a of a+c'],
    },
    {
      name: 'a model that names its weaknesses says nothing of a claim without a CWE',
      over: {
        candidates: [makeClaim('a', { cwe: null })],
        plan: makePlan([makeSeat('a'), makeSeat('b', { covers: { cwes: ['CWE-798'] } })]),
        executions: answered('a', 'b'),
      },
      votes: ['a of a'],
    },
    {
      name: 'an answer on another chunk is no opinion on this one',
      over: {
        candidates: [a],
        chunks: [makeChunk('chunk-1'), makeChunk('chunk-2', 'src/app.js', 400)],
        executions: [...answered('a'), makeExecution('b', 'answered', 'chunk-2'), makeExecution('b', 'failed')],
      },
      votes: ['a of a'],
    },
    {
      name: 'a tier that did not see the chunk abstains',
      over: { candidates: [a], executions: answered('a', 'b') },
      votes: ['a of a+b'],
    },
    {
      name: 'a call about a finding is no vote',
      over: { candidates: [a], executions: [...answered('a'), { ...makeExecution('b'), finding: 'f' }] },
      votes: ['a of a'],
    },
    {
      name: 'judges and explainers have none',
      over: {
        candidates: [a, makeClaim('j', { role: 'judge' }), makeClaim('e', { role: 'explain' })],
        executions: [...answered('a'), inRole('judge'), inRole('explain')],
        plan: makePlan([makeSeat('a'), makeSeat('judge', { role: 'judge' }), makeSeat('explain', { role: 'explain' })]),
      },
      votes: ['a of a'],
    },
    {
      name: 'a custom role on chunks has',
      over: {
        candidates: [a],
        executions: [...answered('a'), inRole('secrets')],
        plan: makePlan([makeSeat('a'), makeSeat('secrets', { role: 'secrets' })]),
      },
      votes: ['a of a+secrets'],
    },
    {
      name: 'a custom role on findings has not',
      over: {
        candidates: [a, makeClaim('notes', { role: 'notes' })],
        executions: [...answered('a'), inRole('notes')],
        plan: makePlan([makeSeat('a'), makeSeat('notes', { role: 'notes' })], { stages: { annotate: { seats: ['notes:notes'] } } }),
      },
      votes: ['a of a'],
    },
    {
      name: 'triage has not',
      over: {
        candidates: [a, makeClaim('triage', { role: 'triage' })],
        executions: [...answered('a'), inRole('triage')],
        plan: makePlan([makeSeat('a'), makeSeat('triage', { role: 'triage' })], {
          stages: { triage: { seats: ['triage:triage'], threshold: 0.5, votes: false } },
        }),
      },
      votes: ['a of a'],
    },
    {
      name: 'triage has where the plan says so, for and against',
      over: {
        candidates: [a, makeClaim('triage', { role: 'triage' }), makeClaim('a', { startLine: 48 })],
        executions: [...answered('a'), inRole('triage')],
        plan: makePlan([makeSeat('a'), makeSeat('triage', { role: 'triage' })], {
          stages: { triage: { seats: ['triage:triage'], threshold: 0.5, votes: true } },
        }),
      },
      votes: ['a+triage of a+triage', 'a of a+triage'],
    },
  ])('$name', ({ over, votes }) => expect(docket(over).map(votesOf)).toEqual(votes));

  it.each([
    { name: 'two of three', said: ['a', 'b'], majority: true },
    { name: 'one of three', said: ['a'], majority: false },
  ])('$name: majority $majority', ({ said, majority }) => {
    expect(docket({ candidates: said.map((model) => makeClaim(model)) })[0]?.majority).toBe(majority);
  });
  it('a half is no majority', () => {
    expect(docket({ candidates: [makeClaim('a')], executions: answered('a', 'b') })[0]?.majority).toBe(false);
  });
});

describe('independence by family', () => {
  const family = (id: string, name: string, weight: number) => {
    const seat = makeSeat(id, { weight });
    return { ...seat, model: { ...seat.model, family: name } };
  };
  const seats = [family('q1', 'qwen', 1), family('q2', 'qwen', 4), family('q3', 'qwen', 2), family('g', 'gemma', 3)];
  const drawn = (over: Partial<DocketInput>, independence: 'model' | 'family' = 'family') =>
    docket({ plan: makePlan(seats, { consensus: { independence } }), executions: answered('q1', 'q2', 'q3', 'g'), ...over })[0]?.ballot;

  it('models of one family are one vote, that of the heaviest of them', () => {
    const candidates = [makeClaim('q1'), makeClaim('q3')];
    expect(drawn({ candidates })).toMatchObject({ votesFor: ['qwen'], electorate: ['gemma', 'qwen'], weights: { qwen: 4, gemma: 3 } });
    expect(drawn({ candidates }, 'model')).toMatchObject({ votesFor: ['q1', 'q3'], electorate: ['g', 'q1', 'q2', 'q3'] });
  });
  it('whoever of a family said it, the heaviest weighs', () => {
    expect(drawn({ candidates: [makeClaim('q2'), makeClaim('q3')] })?.weights).toEqual({ qwen: 4, gemma: 3 });
  });
  it('who abstains lends its family no weight', () => {
    const executions = [...answered('q1', 'q3', 'g'), makeExecution('q2', 'failed')];
    expect(drawn({ candidates: [makeClaim('q1')], executions })?.weights).toEqual({ qwen: 2, gemma: 3 });
  });
  it('a family of which one is for it is for it', () => {
    expect(drawn({ candidates: [makeClaim('q1'), makeClaim('g')] })).toMatchObject({ votesFor: ['gemma', 'qwen'] });
  });
  it('a stand-in votes with its own family', () => {
    const plan = { ...makePlan(seats.slice(0, 2), { consensus: { independence: 'family' } }), reserves: [family('g', 'gemma', 3)] };
    const executions = [...answered('q1'), makeExecution('q2', 'refused'), { ...makeExecution('g'), standsInFor: 'q2' }];
    expect(drawn({ plan, executions, candidates: [makeClaim('q1')] })).toMatchObject({ electorate: ['gemma', 'qwen'] });
  });
});

describe('weights', () => {
  const seats = [makeSeat('a', { weight: 3 }), makeSeat('b', { weight: 3 }), makeSeat('toString')];
  const weights = (learned: boolean, over: Partial<DocketInput> = {}) =>
    docket({
      plan: makePlan(seats, { consensus: { weights: { b: 2 }, learned } }),
      executions: answered('a', 'b', 'toString'),
      candidates: [makeClaim('a')],
      ...over,
    })[0]?.ballot.weights;
  const record = { modelId: 'a', language: 'javascript', cwe: 'CWE-89', right: 10, wrong: 0 };

  it('are those of the plan, else of the entry', () => expect(weights(false)).toEqual({ a: 3, b: 2, toString: 1 }));
  it('are not learned unless the plan says so', () => expect(weights(false, { records: [record] })?.['a']).toBe(3));
  it('are scaled by the record for the case at hand', () => {
    expect(weights(true, { records: [record] })?.['a']).toBeCloseTo(3 * 8.1113, 3);
    expect(weights(true, { records: [{ ...record, right: 0, wrong: 10 }] })?.['a']).toBeCloseTo(3 * 0.095325, 4);
    expect(weights(true, { records: [{ ...record, right: 9 }] })?.['a']).toBe(3);
  });
  it('count in the median of severities, too', () => {
    const said = [
      makeClaim('a', { severity: 'low' }),
      makeClaim('b', { severity: 'critical' }),
      makeClaim('toString', { severity: 'critical' }),
    ];
    const plan = makePlan(seats, { consensus: { weights: { a: 1, b: 1 }, learned: true } });
    expect(docket({ plan, candidates: said })[0]?.severity).toBe('critical');
    expect(docket({ plan, candidates: said, records: [record] })[0]?.severity).toBe('low');
  });
});

describe('cases', () => {
  const id = (...candidates: ReturnType<typeof makeClaim>[]) => docket({ candidates })[0]?.id;
  const [a, b] = [makeClaim('a'), makeClaim('b')];

  it('have the same id for the same claims, whatever the order and the chunk', () => {
    expect(id(a, b)).toMatch(/^[0-9a-f]{16}$/);
    expect(id(b, a)).toBe(id(a, b));
    expect(id({ ...a, chunkId: 'chunk-2' }, b)).toBe(id(a, b));
  });
  it.each([{ message: 'other' }, { confidence: 0.1 }, { severity: 'low' as const }, { startLine: 43, endLine: 43 }, { evidence: 'x' }])(
    'have another id for other claims: %o',
    (over) => expect(id({ ...a, ...over }, b)).not.toBe(id(a, b)),
  );
  it('say what their claims say together', () => {
    const wide = makeClaim('b', { startLine: 41, endLine: 43, cwe: 'CWE-943', severity: 'low', message: `${a.message} And more.` });
    expect(docket({ candidates: [a, wide] })).toMatchObject([
      { path: 'src/app.js', startLine: 41, endLine: 43, cwe: 'CWE-89', severity: 'high', message: wide.message, steering: false },
    ]);
  });
  it('come by place', () => {
    const at = (path: string, startLine: number, cwe: string) => makeClaim('a', { path, startLine, cwe });
    const cases = docket({
      candidates: [at('b.js', 1, 'CWE-79'), at('a.js', 90, 'CWE-1427'), at('a.js', 3, 'CWE-79'), at('a.js', 9, 'CWE-564')],
    });
    expect(cases.map(({ path, startLine }) => `${path}:${startLine}`)).toEqual(['a.js:3', 'a.js:9', 'a.js:90', 'b.js:1']);
  });
});

describe('attempts to steer the models', () => {
  const attempt = makeClaim('aegis/steering', { role: 'steering', cwe: 'CWE-1427', severity: 'medium', confidence: null });

  it('are medium, however a model that half obeys calls them', () => {
    const harmless = makeClaim('a', { cwe: 'CWE-1427', severity: 'info', confidence: 0.01 });
    expect(docket({ candidates: [attempt, harmless] })).toMatchObject([
      { steering: true, severity: 'medium', merged: { severity: 'medium', confidence: null, cwe: 'CWE-1427' } },
    ]);
  });
  it('are not lost among claims of another weakness at their place, nor of none', () => {
    const others = ['a', 'b', 'c'].flatMap((model) => [makeClaim(model, { cwe: 'CWE-77' }), makeClaim(model, { cwe: null })]);
    const cases = docket({ candidates: [attempt, ...others] });
    expect(cases.filter(({ steering }) => steering)).toMatchObject([{ cwe: 'CWE-1427', merged: { models: [{ id: 'aegis/steering' }] } }]);
    expect(cases.filter(({ steering }) => !steering)).toHaveLength(1);
  });
  const called = (model: string, role = 'deep_scan') =>
    makeClaim(model, { role, cwe: 'CWE-1427', severity: 'critical', confidence: 0.9, startLine: 60 });

  it.each([
    { name: 'one of three models', claims: [called('a')], told: ['true medium'] },
    {
      name: 'two of three models: a program of its own may have that weakness',
      claims: [called('a'), called('b')],
      told: ['false critical'],
    },
    { name: 'triage alone', claims: [called('sorter', 'triage')], told: [] },
  ])('as they are told of by $name: $told', ({ claims, told }) => {
    const cases = docket({ candidates: claims.map((claim) => ({ ...claim, startLine: 45, endLine: 45 })) });
    expect(cases.map(({ steering, severity }) => `${steering} ${severity}`)).toEqual(told);
  });
});
