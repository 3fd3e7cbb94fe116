import { describe, expect, it } from 'vitest';
import type { Availability, RegisteredModel } from '#model/registered-model.ts';
import { modelEntry } from '../../../test/fakes/registry-parts.ts';
import { answerRate } from './answer-rate.ts';
import { rankModels } from './rank-models.ts';

const model = (id: string, weight = 1, availability: Availability = 'unknown'): RegisteredModel => ({
  ...{ ...modelEntry(id, { weight }), availability, availability_checked_at: null, version: 1 },
});
const order = (
  models: readonly RegisteredModel[],
  records: Record<string, [calls: number, answered: number]> = {},
  prices: Record<string, number | null> = {},
) =>
  rankModels(models, {
    records: new Map(Object.entries(records).map(([id, [calls, answered]]) => [id, { calls, answered }])),
    prices: new Map(Object.entries(prices)),
  }).map(({ model_id }) => model_id);

describe('the order in which models get a role', () => {
  it.each([
    {
      name: 'what answers now comes before what was not asked, and that before what is gone, whatever their weights',
      models: [model('gone', 9, 'unavailable'), model('unasked', 5), model('there', 0.1, 'available')],
      is: ['there', 'unasked', 'gone'],
    },
    { name: 'then the heavier', models: [model('a', 1), model('b', 2), model('c', 1.5)], is: ['b', 'c', 'a'] },
    {
      name: 'a model that fails often loses its weight',
      models: [model('a', 2), model('b', 1)],
      records: { a: [100, 20] as [number, number] },
      is: ['b', 'a'],
    },
    {
      name: 'one failed call does not undo a weight',
      models: [model('a', 1.2), model('b', 1)],
      records: { a: [1, 0] as [number, number], b: [0, 0] as [number, number] },
      is: ['a', 'b'],
    },
    {
      name: 'a proven model comes before an untried one of the same weight, and that before one that fails',
      models: [model('untried'), model('fails'), model('proven')],
      records: { fails: [50, 25] as [number, number], proven: [50, 50] as [number, number] },
      is: ['proven', 'untried', 'fails'],
    },
    {
      name: 'many good calls count for more than few perfect ones',
      models: [model('few'), model('many')],
      records: { few: [2, 2] as [number, number], many: [500, 490] as [number, number] },
      is: ['many', 'few'],
    },
    {
      name: 'between equals the cheaper, and a price that nobody knows comes last',
      models: [model('unknown'), model('dear'), model('free'), model('cheap')],
      prices: { dear: 0.01, free: 0, cheap: 0.001, unknown: null },
      is: ['free', 'cheap', 'dear', 'unknown'],
    },
    { name: 'then by id', models: [model('c'), model('a'), model('b')], is: ['a', 'b', 'c'] },
    {
      name: 'without weight a record changes nothing',
      models: [model('b', 0), model('a', 0)],
      records: { a: [9, 0] as [number, number] },
      is: ['a', 'b'],
    },
  ])('$name', ({ models, records, prices, is }) => {
    expect(order(models, records, prices)).toEqual(is);
    expect(order([...models].reverse(), records, prices)).toEqual(is);
  });
});

describe('answerRate', () => {
  it('rises with each answer, falls with each failure, and stays between 0 and 1', () => {
    for (const calls of [0, 1, 5, 100, 10_000]) {
      for (const share of [0, 0.5, 1]) {
        const [answered, rate] = [Math.round(calls * share), answerRate({ calls, answered: Math.round(calls * share) })];
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThan(1);
        expect(answerRate({ calls: calls + 1, answered: answered + 1 })).toBeGreaterThan(rate);
        expect(answerRate({ calls: calls + 1, answered })).toBeLessThan(rate);
      }
    }
  });
  it.each([
    { calls: 0, answered: 0, rate: 0.718 },
    { calls: 100, answered: 90, rate: 0.857 },
    { calls: 1000, answered: 0, rate: 0.006 },
  ])('is $rate for $answered answers to $calls calls', ({ calls, answered, rate }) => {
    expect(answerRate({ calls, answered })).toBeCloseTo(rate, 3);
  });
});
