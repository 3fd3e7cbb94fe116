import { describe, expect, it } from 'vitest';
import type { Execution, Outcome } from '#model/outcome.ts';
import { makeSeat } from '../../test/fixtures/panel.ts';
import { summariseModels } from './summarise-models.ts';

const usage = (over: Partial<Extract<Outcome, { kind: 'answered' }>['usage']> = {}) => ({
  tokensIn: 100,
  tokensOut: 10,
  costUsd: 0,
  latencyMs: 5,
  cached: false,
  ...over,
});
const answered = (over = {}): Outcome => ({ kind: 'answered', claims: [], usage: usage(over) });
const unknown = { tokensIn: null, tokensOut: null, costUsd: null };
const by = (modelId: string, ...outcomes: Outcome[]): Execution[] =>
  outcomes.map((outcome, at) => ({ modelId, role: 'deep_scan', chunkId: `c${at}`, outcome, standsInFor: null }));
const row = (...outcomes: Outcome[]) => summariseModels({ seats: [makeSeat('a')], reserves: [] }, by('a', ...outcomes))[0];

describe('summariseModels', () => {
  it.each([
    {
      name: 'numbers are summed',
      outcomes: [answered(), answered()],
      expected: { calls: 2, answered: 2, tokensIn: 200, tokensOut: 20, costUsd: 0, fault: null },
    },
    {
      name: 'a number that one call states is known',
      outcomes: [answered(), answered(unknown)],
      expected: { tokensIn: 100, costUsd: null },
    },
    {
      name: 'numbers that no call states are unknown, not 0',
      outcomes: [answered(unknown)],
      expected: { tokensIn: null, tokensOut: null, costUsd: null },
    },
    { name: 'prices are summed', outcomes: [answered({ costUsd: 0.25 }), answered({ costUsd: 0.5 })], expected: { costUsd: 0.75 } },
    { name: 'the latency is the median', outcomes: [9, 1, 5].map((latencyMs) => answered({ latencyMs })), expected: { latencyMs: 5 } },
    { name: 'of two latencies the smaller one', outcomes: [9, 1].map((latencyMs) => answered({ latencyMs })), expected: { latencyMs: 1 } },
    {
      name: 'a model that was not called has a row of zeros',
      outcomes: [],
      expected: { calls: 0, answered: 0, tokensIn: null, costUsd: 0, latencyMs: 0, fault: null },
    },
    {
      name: 'what was skipped is no call',
      outcomes: [{ kind: 'skipped', reason: 'budget' } as const],
      expected: { calls: 0, skipped: 1, fault: 'budget' },
    },
    {
      name: 'each kind is counted, and the first fault is told',
      outcomes: [
        answered(),
        { kind: 'refused', reason: 'first', usage: usage() },
        { kind: 'truncated', claims: [], reason: 'cut', usage: usage() },
        { kind: 'unreadable', reason: 'prose', usage: usage() },
        { kind: 'failed', reason: 'down', code: 'X', usage: usage() },
      ] as Outcome[],
      expected: { calls: 5, answered: 1, refused: 1, truncated: 1, unreadable: 1, failed: 1, skipped: 0, fault: 'first' },
    },
  ])('$name', ({ outcomes, expected }) => expect(row(...outcomes)).toMatchObject(expected));

  it('one row for each seat, in the order of the plan, each with its own calls', () => {
    const seats = [makeSeat('b'), makeSeat('a'), makeSeat('a', { role: 'judge' })];
    const rows = summariseModels({ seats, reserves: [] }, [...by('a', answered(), answered()), ...by('b', answered())]);
    expect(rows.map(({ id, role, calls }) => [id, role, calls])).toEqual([
      ['b', 'deep_scan', 1],
      ['a', 'deep_scan', 2],
      ['a', 'judge', 0],
    ]);
  });
});
