import { describe, expect, it } from 'vitest';
import type { QuirkMemory } from '#ports/provider.ts';
import { remembering } from '../../../../test/fakes/provider-env.ts';
import { buildShape, createLearner, names, type Quirk } from './quirks.ts';
import { StatusFault } from './status-fault.ts';

interface Shape {
  readonly seed: boolean;
  readonly most: number | null;
}
const FIRST: Shape = { seed: true, most: null };
const QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'no-seed',
    sentence: 'No seed.',
    recognises: (fault, shape) => shape.seed && names(fault, 'seed'),
    apply: (shape) => ({ ...shape, seed: false }),
  },
  {
    id: 'most',
    sentence: 'A largest number.',
    recognises: (fault) => names(fault, 'number'),
    value: () => 7,
    apply: (shape, value) => (typeof value === 'number' ? { ...shape, most: value } : shape),
  },
  { id: 'noted', sentence: 'Seen in an answer.' },
];
const refuse = (message: string) => new StatusFault(400, JSON.stringify({ message }), new Headers());
const serve = (shape: Shape) => {
  if (shape.seed) throw refuse('no seed');
  if (shape.most === null) throw refuse('too large a number');
  return shape;
};

describe('learning the quirks of a server', () => {
  it('happens within one call, is told once, and rebuilds the shape', async () => {
    const memory = remembering();
    let told = 0;
    const counting: QuirkMemory = {
      recall: memory.recall,
      async learn(key, quirks) {
        told += 1;
        await memory.learn(key, quirks);
      },
    };
    const learn = createLearner(FIRST, QUIRKS, { key: 'k', memory: counting });
    expect(await learn(async (shape) => serve(shape))).toEqual({ seed: false, most: 7 });
    expect(await learn(async (shape) => serve(shape))).toEqual({ seed: false, most: 7 });
    expect(told).toBe(1);
    const learned = [
      { id: 'no-seed', value: null },
      { id: 'most', value: 7 },
    ];
    expect(memory.learned.get('k')).toEqual(learned);
    expect(buildShape(FIRST, QUIRKS, learned)).toEqual({ seed: false, most: 7 });
  });

  it('brings together what calls at the same time learned', async () => {
    const memory = remembering();
    const learn = createLearner(FIRST, QUIRKS, { key: 'k', memory });
    await Promise.all([
      learn(async (shape) => {
        if (shape.seed) throw refuse('no seed');
      }),
      learn(async (shape, notice) => {
        if (shape.most === null) throw refuse('too large a number');
        notice('noted', 'x');
      }),
    ]);
    expect([...(memory.learned.get('k') ?? [])].sort((a, b) => a.id.localeCompare(b.id))).toEqual([
      { id: 'most', value: 7 },
      { id: 'no-seed', value: null },
      { id: 'noted', value: 'x' },
    ]);
  });

  it('keeps nothing of a call that failed after all', async () => {
    const memory = remembering();
    const learn = createLearner(FIRST, QUIRKS, { key: 'k', memory });
    const tried: Shape[] = [];
    await expect(
      learn(async (shape) => {
        tried.push(shape);
        throw refuse(shape.seed ? 'no seed' : 'the moon');
      }),
    ).rejects.toThrow();
    expect(tried).toEqual([FIRST, { ...FIRST, seed: false }]);
    expect(await learn(async (shape) => shape)).toEqual(FIRST);
    expect(memory.learned.size).toBe(0);
  });

  it('replaces a value that was learned again', async () => {
    const memory = remembering();
    await memory.learn('k', [{ id: 'noted', value: 'before' }]);
    const learn = createLearner(FIRST, QUIRKS, { key: 'k', memory });
    await learn(async (_shape, notice) => notice('noted', 'after'));
    expect(memory.learned.get('k')).toEqual([{ id: 'noted', value: 'after' }]);
  });

  it.each([401, 403, 404, 408, 409, 429, 502, 503])('does not take status %i for a word on the request', async (status) => {
    const fault = new StatusFault(status, '{"message":"no seed"}', new Headers());
    let calls = 0;
    const learn = createLearner(FIRST, QUIRKS, { key: 'k', memory: remembering() });
    await expect(
      learn(async () => {
        calls += 1;
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(calls).toBe(1);
  });
});
