import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ScanEvent } from '#model/events.ts';
import type { SeatModel } from '#ports/runner.ts';
import { askPanel } from '../../../test/fakes/ask-panel.ts';
import { scanContext, seatModel } from '../../../test/fakes/scan-context.ts';
import { makeChunk, makeSeat } from '../../../test/fixtures/panel.ts';

const chunks = [makeChunk('c1', 'a.js'), makeChunk('c2', 'b.js')];
const none = '{"findings": []}';

/** Models by id, and what was asked of them in order. */
async function ask(
  models: Record<string, Partial<SeatModel>>,
  over: {
    reserves?: string[];
    of?: typeof chunks;
    signal?: AbortSignal;
    wantsOutput?: boolean;
    covers?: 'all' | { languages: string[] };
    minutes?: number;
  } = {},
) {
  const steps: string[] = [];
  const events: ScanEvent[] = [];
  const reserves = over.reserves ?? [];
  const seats = Object.keys(models).filter((id) => !reserves.includes(id));
  const plan = {
    seats: seats.map((id) => makeSeat(id, { covers: over.covers ?? 'all' })),
    reserves: reserves.map((id) => makeSeat(id)),
    concurrency: 2,
    ...(over.minutes !== undefined && { budget: { minutes: over.minutes } }),
  };
  const built = new Map(
    Object.entries(models).map(([id, model]): [string, SeatModel] => [
      `deep_scan:${id}`,
      seatModel(
        (chunk) => {
          steps.push(`${id} asked ${chunk.id}`);
          return none;
        },
        {
          ...model,
          health: (signal) => {
            steps.push(`${id} checked`);
            return model.health?.(signal) ?? Promise.resolve({ available: true, detail: '' });
          },
          warmUp: async (signal) => {
            steps.push(`${id} warmed`);
            await model.warmUp?.(signal);
          },
        },
      ),
    ]),
  );
  const { ctx } = scanContext(plan, {}, { model: (id) => built.get(id) as SeatModel, emit: (event) => void events.push(event) });
  const clock = over.minutes === undefined ? ctx.clock : { ...ctx.clock, now: () => performance.now() };
  const full = { ...ctx, clock, signal: over.signal ?? ctx.signal, wantsOutput: over.wantsOutput ?? false };
  const { executions } = await askPanel(over.of ?? chunks, plan, full);
  return { executions, steps, events };
}

describe('before its first call a seat', () => {
  it('is checked once, then warmed up once, then asked', async () => {
    const { steps } = await ask({ a: {} });
    expect(steps).toEqual(['a checked', 'a warmed', 'a asked c1', 'a asked c2']);
  });

  it.each([
    { name: 'there are no chunks', of: [], covers: 'all' as const },
    { name: 'it covers none of them', of: chunks, covers: { languages: ['go'] } },
  ])('is left alone when $name', async ({ of, covers }) => {
    expect((await ask({ a: {} }, { of, covers })).steps).toEqual([]);
  });

  it('that is not well is neither warmed up nor asked; the reason is the detail of its check', async () => {
    const { steps, executions, events } = await ask({ a: { health: async () => ({ available: false, detail: 'nothing listens there' }) } });
    expect(steps).toEqual(['a checked']);
    expect(executions[0]).toMatchObject({
      outcome: {
        kind: 'failed',
        code: 'AEGIS_PROVIDER_UNAVAILABLE',
        reason: 'nothing listens there',
        usage: { costUsd: 0, tokensIn: null, latencyMs: 0 },
      },
    });
    expect(events.filter(({ type }) => type === 'model_failed')).toHaveLength(2);
  });

  it('that is not well is replaced; a reserve is checked only then', async () => {
    const sick = { health: async () => ({ available: false, detail: 'down' }) };
    const { steps, executions } = await ask({ a: sick, r: {} }, { reserves: ['r'] });
    expect(steps).toEqual(['a checked', 'r checked', 'r warmed', 'r asked c1', 'r asked c2']);
    expect(executions.map(({ modelId, standsInFor }) => [modelId, standsInFor])).toEqual([
      ['a', null],
      ['r', 'a'],
      ['a', null],
      ['r', 'a'],
    ]);
    expect((await ask({ a: {}, r: {} }, { reserves: ['r'] })).steps.filter((step) => step.startsWith('r'))).toEqual([]);
  });

  it('is left alone while all answers are kept, also where it is not well', async () => {
    const text = none;
    const kept: Partial<SeatModel> = {
      health: async () => ({ available: false, detail: 'down' }),
      recall: async ({ chunk }) =>
        chunk.id === 'c1'
          ? {
              kind: 'replied',
              reply: { text, finish: 'complete', reason: null, tokensIn: 0, tokensOut: 0 },
              latencyMs: 0,
              costUsd: 0,
              cached: true,
            }
          : null,
    };
    expect((await ask({ a: kept }, { of: chunks.slice(0, 1) })).steps).toEqual([]);
    const { executions, steps } = await ask({ a: kept });
    expect(executions.map(({ outcome }) => outcome.kind)).toEqual(['answered', 'failed']);
    expect(steps).toEqual(['a checked']);
  });

  it('does not wait for the check or the warm-up of another', async () => {
    const order: string[] = [];
    const slow = {
      health: async () => {
        await sleep(15);
        order.push('slow checked');
        return { available: true, detail: '' };
      },
      warmUp: async () => {
        await sleep(15);
        order.push('slow warmed');
      },
    };
    const quick = {
      ask: async (...[request]: Parameters<SeatModel['ask']>) => {
        order.push(`quick ${request.chunk.id}`);
        return { kind: 'failed', reason: 'x', code: 'AEGIS_PROVIDER_TIMEOUT', latencyMs: 1 } as const;
      },
    };
    await ask({ slow, quick });
    expect(order).toEqual(['quick c1', 'quick c2', 'slow checked', 'slow warmed']);
  });

  it.each([
    { name: 'its check', model: { health: () => new Promise<never>(() => {}) } },
    { name: 'its warm-up', model: { warmUp: () => new Promise<never>(() => {}) } },
  ])('lets go of $name when the scan is cancelled, also where that does not heed its signal', async ({ model }) => {
    const cancel = new AbortController();
    const asking = ask({ a: model }, { signal: cancel.signal });
    await sleep(5);
    cancel.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });

  it.each([
    { name: 'its check', model: { health: () => new Promise<never>(() => {}) } },
    { name: 'its warm-up', model: { warmUp: () => new Promise<never>(() => {}) } },
  ])('waits for $name no longer than the scan has time, and is not asked', async ({ model }) => {
    const { executions, steps } = await ask({ a: model }, { minutes: 0.001 });
    expect(executions.map(({ outcome }) => outcome)).toEqual(
      chunks.map(() => ({ kind: 'skipped', reason: 'the time of 0.001 minutes is over' })),
    );
    expect(steps).not.toContain('a asked c1');
  });
});

describe('what a model writes', () => {
  const writing: Partial<SeatModel> = {
    ask: async (_request, _signal, heard) => {
      for (const word of ['{"find', 'ings"', ': []}']) heard?.(word);
      return {
        kind: 'replied',
        reply: { text: none, finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 },
        latencyMs: 1,
        costUsd: 0,
        cached: false,
      };
    },
  };

  it('is told where somebody listens, all of it before the call is over', async () => {
    const { events } = await ask({ a: writing }, { wantsOutput: true, of: chunks.slice(0, 1) });
    expect(events.map(({ type }) => type)).toEqual(['stage_started', 'model_output', 'model_output', 'model_completed', 'chunk_completed']);
    expect(events[1]).toEqual({ type: 'model_output', modelId: 'a', role: 'deep_scan', chunkId: 'c1', text: '{"find' });
    expect(events[2]).toMatchObject({ text: 'ings": []}' });
  });

  it('is not asked for where nobody listens', async () => {
    const heards: unknown[] = [];
    const spying: Partial<SeatModel> = {
      ask: async (_request, _signal, heard) => {
        heards.push(heard);
        return { kind: 'failed', reason: 'x', code: 'X', latencyMs: 1 };
      },
    };
    const { events } = await ask({ a: spying });
    expect(heards).toEqual([undefined, undefined]);
    expect(events.some(({ type }) => type === 'model_output')).toBe(false);
  });
});
