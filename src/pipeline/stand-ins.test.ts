import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainFault } from '#lib/explain-fault.ts';
import { InputError } from '#model/errors.ts';
import type { Seat } from '#model/plan.ts';
import type { SeatModel } from '#ports/runner.ts';
import { askPanel } from '../../test/fakes/ask-panel.ts';
import { type Answering, after as delayed, failed, hanging, replied, scanContext, seatModel } from '../../test/fakes/scan-context.ts';
import { makeChunk, makeSeat } from '../../test/fixtures/panel.ts';
import type { ScanContext } from './context.ts';

const chunks = [makeChunk('c1', 'a.js'), makeChunk('c2', 'b.py')];
const seat = (id: string, over: Partial<Seat['model']> = {}): Seat => {
  const made = makeSeat(id);
  return { ...made, model: { ...made.model, ...over } };
};
const refuses: Answering = () => replied('', { finish: 'refused', reason: 'policy' });
const fails: Answering = () => failed('no route');
const code =
  (code: string): Answering =>
  () => ({ kind: 'failed', reason: code, code, latencyMs: 1 });

async function ask(
  plan: { seats: Seat[]; reserves: Seat[]; chunks?: typeof chunks },
  models: Record<string, Answering>,
  over: Partial<ScanContext> = {},
) {
  const { ctx, events, asked } = scanContext(plan, models, over);
  const { executions } = await askPanel(plan.chunks ?? [makeChunk('c1', 'a.js')], { ...plan, concurrency: 4 }, ctx);
  const told = executions.map(
    ({ modelId, chunkId, outcome, standsInFor }) =>
      `${modelId} ${chunkId} ${outcome.kind}${standsInFor === null ? '' : ` for ${standsInFor}`}`,
  );
  return { executions, told, events, asked };
}

describe('a seat whose model', () => {
  it.each<{ name: string; answer: Answering; stoodIn: boolean }>([
    { name: 'refuses', answer: refuses, stoodIn: true },
    { name: 'refuses in words', answer: () => "I'm sorry, but I can't help with that.", stoodIn: true },
    { name: 'cannot be reached', answer: fails, stoodIn: true },
    { name: 'ran out of time', answer: code('AEGIS_PROVIDER_TIMEOUT'), stoodIn: true },
    { name: 'has an open breaker', answer: code('AEGIS_PROVIDER_BREAKER_OPEN'), stoodIn: true },
    { name: 'has no valid key', answer: code('AEGIS_PROVIDER_UNAUTHORIZED'), stoodIn: true },
    { name: 'answers with nothing', answer: () => replied(' '), stoodIn: true },
    { name: 'was cancelled', answer: code('AEGIS_PROVIDER_CANCELLED'), stoodIn: false },
    { name: 'is cut off', answer: () => replied('{"findings": [', { finish: 'length' }), stoodIn: false },
    { name: 'cannot be read', answer: () => 'all is well', stoodIn: false },
    { name: 'answers', answer: () => '{"findings": []}', stoodIn: false },
  ])('$name: a reserve takes it: $stoodIn', async ({ answer, stoodIn }) => {
    const { told } = await ask({ seats: [seat('a')], reserves: [seat('r')] }, { a: answer });
    expect(told.slice(1)).toEqual(stoodIn ? ['r c1 answered for a'] : []);
    expect(told[0]).toMatch(/^a c1 /);
  });
});

describe('the reserve that takes a seat', () => {
  it.each<{ name: string; reserves: Seat[]; told: string[]; models?: Record<string, Answering> }>([
    { name: 'is the first of the list', reserves: [seat('r'), seat('s')], told: ['r c1 answered for a'] },
    { name: 'is of another family where there is one', reserves: [seat('r', { family: 'a' }), seat('s')], told: ['s c1 answered for a'] },
    { name: 'is of the same family where there is no other', reserves: [seat('r', { family: 'a' })], told: ['r c1 answered for a'] },
    {
      name: 'is the next where the first fails, too, of a third family where there is one',
      reserves: [seat('r', { family: 'f' }), seat('s', { family: 'f' }), seat('t')],
      models: { r: fails },
      told: ['r c1 failed for a', 't c1 answered for a'],
    },
    {
      name: 'is asked once, and when all have failed the seat is empty',
      reserves: [seat('r'), seat('s')],
      models: { r: fails, s: refuses },
      told: ['r c1 failed for a', 's c1 refused for a'],
    },
    {
      name: 'covers the chunk',
      reserves: [seat('r', { covers: { languages: ['python'] } }), seat('s')],
      told: ['s c1 answered for a'],
    },
    { name: 'has room for the chunk', reserves: [seat('r', { settings: { num_ctx: 4_000 } }), seat('s')], told: ['r c1 answered for a'] },
    { name: 'has the role', reserves: [{ ...makeSeat('r', { role: 'judge' }) }], told: [] },
    { name: 'is not seated already', reserves: [seat('a')], told: [] },
  ])('$name', async ({ reserves, told, models = {} }) => {
    const asked = await ask({ seats: [seat('a')], reserves }, { a: refuses, ...models });
    expect(asked.told.slice(1)).toEqual(told);
  });

  it('is not given a chunk that is larger than its window', async () => {
    const large = { ...makeChunk('c1', 'a.js'), tokens: 3_000 };
    const small = seat('r', { settings: { num_ctx: 4_000 } });
    expect((await ask({ seats: [seat('a')], reserves: [small], chunks: [large] }, { a: refuses })).told).toHaveLength(1);
  });

  it('sees all that the seat was to review of the chunk', async () => {
    const mixed = { ...makeChunk('c1', 'a.js'), files: [...makeChunk('c1', 'a.js').files, ...makeChunk('c1', 'b.py').files] };
    const python = seat('r', { covers: { languages: ['python'] } });
    const plan = { reserves: [python], chunks: [mixed] };
    expect((await ask({ ...plan, seats: [seat('a')] }, { a: refuses })).told).toHaveLength(1);
    expect((await ask({ ...plan, seats: [seat('a', { covers: { languages: ['python'] } })] }, { a: refuses })).told).toHaveLength(2);
  });

  it('reads what the failing model reads, where there is one: a detector comes last', async () => {
    const { ctx } = scanContext({ seats: [], reserves: [] }, {});
    const model = (seatId: string): SeatModel =>
      seatModel(async () => (seatId.endsWith(':a') ? replied('', { finish: 'refused' }) : '{"findings": []}'), {
        reads: seatId.endsWith(':detector') ? 'chunk' : 'prompt',
      });
    const plan = { seats: [seat('a')], reserves: [seat('detector'), seat('sibling', { family: 'a' })], concurrency: 1 };
    const { executions } = await askPanel([makeChunk('c1')], plan, { ...ctx, model });
    expect(executions.map(({ modelId }) => modelId)).toEqual(['a', 'sibling']);
  });

  it('takes one seat of a chunk, and any number over the chunks', async () => {
    const { told } = await ask({ seats: [seat('a'), seat('b')], reserves: [seat('r')], chunks }, { a: fails, b: delayed(5, refuses) });
    expect(told).toEqual(['a c1 failed', 'r c1 answered for a', 'b c1 refused', 'a c2 failed', 'r c2 answered for a', 'b c2 refused']);
  });

  it('is the same, whoever of those that fail is faster', async () => {
    const python = { languages: ['python'] };
    const mixed = { ...makeChunk('c1', 'a.js'), files: [...makeChunk('c1', 'a.js').files, ...makeChunk('c1', 'b.py').files] };
    const plan = { seats: [seat('a'), seat('b', { covers: python }), seat('c')], reserves: [seat('r'), seat('s', { covers: python })] };
    const failing = Object.entries({ a: fails, b: refuses, c: fails, r: fails });
    const asked = async (delays: readonly number[]) => {
      const late = Object.fromEntries(failing.map(([id, answering], at) => [id, delayed(delays[at] ?? 0, answering)]));
      return (await ask({ ...plan, chunks: [mixed] }, late)).told;
    };
    const expected = await asked([]);
    expect(expected).toEqual(['a c1 failed', 'r c1 failed for a', 'b c1 refused', 's c1 answered for b', 'c c1 failed']);
    for (const delays of [
      [9, 0, 0],
      [0, 9, 0],
      [9, 5, 0],
      [5, 9, 0, 5],
      [0, 0, 0, 9],
    ])
      expect(await asked(delays)).toEqual(expected);
  });

  it('is told of like any other, and counts as no further step', async () => {
    const { events } = await ask({ seats: [seat('a')], reserves: [seat('r')] }, { a: refuses });
    expect(events).toMatchObject([
      { type: 'stage_started', calls: 1 },
      { type: 'model_failed', modelId: 'a', outcome: 'refused', reason: 'policy' },
      { type: 'model_completed', modelId: 'r' },
      { type: 'chunk_completed', done: 1, of: 1 },
    ]);
  });

  it('whose key is missing is out of order itself', async () => {
    const missing = new InputError('R_KEY is not set', { hint: 'Set it.' });
    const { ctx } = scanContext({ seats: [seat('a')], reserves: [] }, { a: refuses });
    const model = (seatId: string) => {
      if (seatId.endsWith(':r')) throw missing;
      return ctx.model(seatId);
    };
    const plan = { seats: [seat('a')], reserves: [seat('r')], concurrency: 1 };
    const { executions } = await askPanel([makeChunk('c1')], plan, { ...ctx, model });
    expect(executions[1]).toMatchObject({ modelId: 'r', outcome: { kind: 'failed', reason: explainFault(missing) } });
  });

  it('is not asked when the stage is cancelled', async () => {
    const cancel = new AbortController();
    const plan = { seats: [seat('a')], reserves: [seat('r')], concurrency: 1 };
    const { ctx, asked } = scanContext(plan, { a: hanging() }, { signal: cancel.signal });
    const asking = askPanel(chunks, plan, ctx);
    await sleep(5);
    cancel.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    expect(asked).toEqual([{ modelId: 'a', chunkId: 'c1' }]);
  });
});

it('nobody is asked twice about a chunk, every seat has its own model first, and whoever stands in follows a fault', async () => {
  const answers: Record<string, Answering> = {
    answered: () => '{"findings": []}',
    failed: fails,
    refused: refuses,
    unreadable: () => 'well',
  };
  const kinds = fc.constantFrom('answered', 'failed', 'refused', 'unreadable');
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { maxLength: 4 }), fc.array(kinds, { maxLength: 4 }), fc.nat(4), async (seated, spare, late) => {
      const models: Record<string, Answering> = {};
      const seats = seated.map((kind, at) => {
        models[`a${at}`] = at % 2 === 0 ? (answers[kind] as Answering) : delayed(late, answers[kind] as Answering);
        return seat(`a${at}`, { family: `f${at % 2}` });
      });
      const reserves = spare.map((kind, at) => {
        models[`r${at}`] = answers[kind] as Answering;
        return seat(`r${at}`, { family: `f${at % 3}` });
      });
      const { executions, asked } = await ask({ seats, reserves, chunks }, models);
      expect(new Set(asked.map((one) => `${one.modelId} ${one.chunkId}`)).size).toBe(asked.length);
      expect(executions.filter(({ standsInFor }) => standsInFor === null)).toHaveLength(seats.length * chunks.length);
      for (const [at, execution] of executions.entries()) {
        if (execution.standsInFor === null) continue;
        const before = executions[at - 1];
        expect([before?.modelId, before?.standsInFor]).toContain(execution.standsInFor);
        expect(['failed', 'refused']).toContain(before?.outcome.kind);
      }
      const short = chunks.filter(({ id }) => {
        const own = executions.filter(({ chunkId }) => chunkId === id);
        const empty = seats.filter(({ model }) => {
          const last = own.findLast(({ modelId, standsInFor }) => modelId === model.model_id || standsInFor === model.model_id);
          return last?.outcome.kind === 'failed' || last?.outcome.kind === 'refused';
        });
        return empty.length > 0 && own.filter(({ standsInFor }) => standsInFor !== null).length < reserves.length;
      });
      expect(short).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
