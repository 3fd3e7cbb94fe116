import { describe, expect, it } from 'vitest';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan, Seat } from '#model/plan.ts';
import { reporting, scanContext, seatModel } from '../../../test/fakes/scan-context.ts';
import { makeChange, makePlan, makeSeat } from '../../../test/fixtures/panel.ts';
import { scan } from '../scan.ts';
import { previewScan } from './preview-scan.ts';

const CHANGE = makeChange([
  { path: 'src/app.js', start: 40, count: 10 },
  { path: 'src/big.js', start: 1, count: 900 },
  { path: 'tool/run.py', start: 1, count: 30 },
  { path: 'docs/a.md', start: 1, count: 3 },
]);
const detector = makeSeat('detector', { covers: { languages: ['javascript'] } });
const [a, b] = [makeSeat('a'), makeSeat('b')];
const sorter = makeSeat('sorter', { role: 'triage' });
const [judge, judge2] = [makeSeat('j', { role: 'judge' }), makeSeat('j2', { role: 'judge' })];
const explainer = makeSeat('e', { role: 'explain' });
const keys = makeSeat('k', { role: 'keys' });
const ids = (...seats: Seat[]) => seats.map(({ id }) => id);

interface World {
  /** US dollars for a token, read or written, by model; absent: free. */
  readonly prices?: Readonly<Record<string, number | null>>;
  readonly broken?: readonly string[];
}

async function preview(plan: Plan, { prices = {}, broken = [] }: World = {}, change = CHANGE) {
  const connected: string[] = [];
  const { ctx, asked } = scanContext(plan, {});
  const made = await previewScan(change, plan, {
    ...ctx,
    reads: ({ model_id }) => (model_id === 'detector' ? 'chunk' : 'prompt'),
    async connect({ model_id }: ModelEntry) {
      connected.push(model_id);
      if (broken.includes(model_id)) throw new InputError(`the key of ${model_id} is not set`, { hint: 'Set it.' });
      const price = prices[model_id];
      return seatModel(() => '', {
        reads: model_id === 'detector' ? 'chunk' : 'prompt',
        price: async (tokensIn, tokensOut) => (price === undefined ? 0 : price === null ? null : price * (tokensIn + tokensOut)),
      });
    },
  });
  expect(asked).toEqual([]);
  return { ...made, connected, of: (id: string) => made.seats.find((seat) => seat.id === id) };
}

describe('previewScan', () => {
  it('foresees what the seats that look at code are asked: calls and prompts as a scan makes them', async () => {
    const plan = makePlan([a, b]);
    const made = await preview(plan);
    const sent = { calls: 0, tokensIn: 0 };
    const answer = (_: unknown, __: unknown, { messages }: { messages: readonly { content: string }[] }) => {
      sent.calls += 1;
      sent.tokensIn += messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
      return '{"findings": [], "needs": []}';
    };
    const { ctx } = scanContext(plan, { a: answer });
    await scan(CHANGE, plan, { ...ctx, model: (id) => seatModel(id === a.id ? answer : () => '{"findings": []}') });
    expect(made.chunks).toBeGreaterThan(2);
    expect(made.of(a.id)).toMatchObject({ ...sent, atMost: false });
    expect(made.of(a.id)?.tokensOut).toBe(2048 * made.chunks);
    expect(made.total).toMatchObject({ calls: 2 * made.chunks, tokensIn: 2 * sent.tokensIn, costUsd: 0, unpriced: [] });
  });

  it('says "at most" of what an earlier stage may spare, and a scan stays within it', async () => {
    const plan = makePlan([sorter, a, b, judge, explainer], {
      stages: {
        triage: { seats: ids(sorter), threshold: 0.5, votes: false },
        deepScan: { tiers: [ids(a), ids(b)] },
        judge: { seats: ids(judge) },
        explain: { seats: ids(explainer), max: 3 },
      },
    });
    const steps: Plan['consensus']['steps'] = [
      { kind: 'vote', strategy: 'union', threshold: 0.5 },
      { kind: 'judge', when: 'always' },
    ];
    const judged = { ...plan, consensus: { ...plan.consensus, steps } };
    const made = await preview(judged);
    expect(made.seats.map(({ role, stage, tier, atMost }) => [role, stage, tier, atMost])).toEqual([
      ['triage', 'triage', null, false],
      ['deep_scan', 'deep_scan', 1, true],
      ['deep_scan', 'deep_scan', 2, true],
      ['judge', 'judge', null, true],
      ['explain', 'explain', null, true],
    ]);
    const { ctx } = scanContext(judged, {
      sorter: () => '{"suspicious": true, "confidence": 0.9, "reason": "x"}',
      a: reporting(/line [1-4]$/),
      b: reporting(/line [1-4]$/),
    });
    const result = await scan(CHANGE, judged, ctx);
    for (const { model, role, calls } of made.seats) {
      expect([model, (result.models.find((one) => one.id === model && one.role === role)?.calls ?? 0) <= calls]).toEqual([model, true]);
    }
    expect(made.of(explainer.id)?.calls).toBe(3);
  });

  it('asks a detector file by file, for the languages that it covers and no tokens', async () => {
    const made = await preview(makePlan([detector, a]));
    const { calls, tokensIn, tokensOut, costUsd } = made.of(detector.id) ?? {};
    expect({ tokensIn, tokensOut, costUsd }).toEqual({ tokensIn: 0, tokensOut: 0, costUsd: 0 });
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual(made.of(a.id)?.calls ?? 0);
  });

  it('one judge hears a chunk and one model explains: the dearest of them counts', async () => {
    const plan = makePlan([a, judge, judge2], { stages: { judge: { seats: ids(judge, judge2) } } });
    const made = await preview(plan, { prices: { j: 1, j2: 3 } });
    expect(made.total.calls).toBe(2 * made.chunks);
    expect(made.total.costUsd).toBe(made.of(judge2.id)?.costUsd);
    expect(made.total.costUsd).toBeGreaterThan(made.of(judge.id)?.costUsd ?? Number.POSITIVE_INFINITY);
  });

  it.each([
    { name: 'ten findings', steps: [], calls: 10 },
    { name: 'as many as a cap leaves', steps: [{ kind: 'cap' as const, findings: 4 }], calls: 4 },
  ])('a custom role on findings is asked about $name', async ({ steps, calls }) => {
    const plan = makePlan([a, keys], {
      stages: { deepScan: { tiers: [ids(a)] }, annotate: { seats: ids(keys) } },
      roles: { keys: { prompt: 'Note the owner.', schema: { type: 'object' }, on: 'findings' } },
      consensus: { steps },
    });
    const made = await preview(plan);
    expect(made.of(keys.id)).toMatchObject({ stage: 'annotate', role: 'keys', calls, atMost: true });
    expect(made.of(keys.id)?.tokensIn).toBeGreaterThan(100 * calls);
  });

  it('what a model cannot do, and a price that nobody knows, are told, not thrown', async () => {
    const made = await preview(makePlan([a, b]), { prices: { a: 0.001 }, broken: ['b'] });
    expect(made.of(b.id)).toMatchObject({ problem: 'the key of b is not set: set it.', costUsd: null });
    // Fences hold a hash: two of them are not the same tokens.
    expect((made.of(b.id)?.tokensIn ?? 0) / (made.of(a.id)?.tokensIn ?? 1)).toBeCloseTo(1, 1);
    expect(made.of(a.id)).toMatchObject({ problem: null });
    expect(made.total).toMatchObject({ costUsd: made.of(a.id)?.costUsd, unpriced: ['b'] });
    expect((await preview(makePlan([a]), { prices: { a: null } })).total).toMatchObject({ costUsd: 0, unpriced: ['a'] });
  });

  it('a model with several seats is connected once; a fault of ours is thrown', async () => {
    const both = { ...makeSeat('a', { role: 'judge' }), model: a.model };
    expect((await preview(makePlan([a, both], { stages: { judge: { seats: ids(both) } } }))).connected).toEqual(['a']);
    const { ctx } = scanContext(makePlan([a]), {});
    const connect = () => Promise.reject(new TypeError('ours'));
    await expect(previewScan(CHANGE, makePlan([a]), { ...ctx, connect, reads: () => 'prompt' })).rejects.toThrow(TypeError);
  });

  it('lists what nobody would look at, with the reason', async () => {
    const { left } = await preview(makePlan([detector]));
    expect(left).toEqual([
      { path: 'docs/a.md', reason: expect.stringContaining('prose') },
      { path: 'tool/run.py', reason: expect.stringContaining('no model of this review covers python') },
    ]);
  });

  it('who only notes about findings looks at no hunk', async () => {
    const plan = makePlan([detector, keys], {
      stages: { deepScan: { tiers: [ids(detector)] }, annotate: { seats: ids(keys) } },
      roles: { keys: { prompt: 'Note the owner.', schema: { type: 'object' }, on: 'findings' } },
    });
    expect((await preview(plan)).left.map(({ path }) => path)).toContain('tool/run.py');
  });

  it('an empty change asks nobody', async () => {
    const plan = makePlan([a, explainer], { stages: { explain: { seats: ids(explainer), max: 5 } } });
    const made = await preview(plan, { prices: { a: null } }, makeChange([]));
    expect(made.total).toEqual({ calls: 0, tokensIn: 0, tokensOut: 0, costUsd: 0, unpriced: [] });
  });
});
