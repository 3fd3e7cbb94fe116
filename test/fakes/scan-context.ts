import { setTimeout as sleep } from 'node:timers/promises';
import type { Chunk } from '#model/chunk.ts';
import type { ScanEvent } from '#model/events.ts';
import { NO_MEMORY } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import type { ScanContext } from '#pipeline/context.ts';
import { createCustomRunner } from '#pipeline/runners/_custom/create-custom-runner.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';
import { registry } from '../../src/registry.ts';

/** How a seat answers a chunk: with the text of an answer, or with anything that a call can end in. May take its time. */
export type Answering = (chunk: Chunk, signal: AbortSignal, request: ModelRequest) => string | Asked | Promise<string | Asked>;

/** A reply with this text, in full. */
export function replied(text: string, over: Partial<Extract<Asked, { kind: 'replied' }>['reply']> = {}): Asked {
  const reply = { text, finish: 'complete', reason: null, tokensIn: 100, tokensOut: 10, ...over } as const;
  return { kind: 'replied', reply, latencyMs: 5, costUsd: 0, cached: false };
}

export function failed(reason = 'nothing listens there'): Asked {
  return { kind: 'failed', reason, code: 'AEGIS_PROVIDER_UNREACHABLE', latencyMs: 3 };
}

/** A call that nothing ends but its signal: then it answers as a real one does, with a fault. */
export function hanging(onFreed: () => void = () => {}): Answering {
  return (_, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        onFreed();
        resolve(failed('cancelled'));
      });
    });
}

/** Reports every added line that matches, as `deep_scan` asks for it. */
export function reporting(pattern: RegExp, finding: Record<string, unknown> = {}): Answering {
  return (chunk) => {
    const findings = chunk.files.flatMap(({ path, hunks }) =>
      hunks.flatMap(({ lines }) =>
        lines
          .filter(({ mark, text }) => mark === 'added' && pattern.test(text))
          .map(({ newLine, text }) => ({
            ...{ title: 'Weakness', cwe: 'CWE-89', severity: 'high', confidence: 0.9, message: 'It is weak.', fix: null, path },
            ...{ startLine: newLine, endLine: newLine, evidence: text },
            ...finding,
          })),
      ),
    );
    return JSON.stringify({ findings, needs: [] });
  };
}

export function after(ms: number, answering: Answering): Answering {
  return async (chunk, signal, request) => {
    await sleep(ms);
    return await answering(chunk, signal, request);
  };
}

/** A scan's world in memory: models by id, and all events in order. What a test needs otherwise it puts over it. */
export function scanContext(
  plan: Pick<Plan, 'seats'> & Partial<Pick<Plan, 'reserves' | 'roles'>>,
  models: Readonly<Record<string, Answering>>,
  over: Partial<ScanContext> = {},
): { ctx: ScanContext; events: ScanEvent[]; asked: { modelId: string; chunkId: string }[] } {
  const events: ScanEvent[] = [];
  const asked: { modelId: string; chunkId: string }[] = [];
  let now = 0;
  const ctx: ScanContext = {
    signal: new AbortController().signal,
    emit: (event) => void events.push(event),
    reader: { read: async () => null, prefetch: async () => {} },
    outline: () => null,
    attributes: null,
    findDefinition: () => null,
    countFaults: () => null,
    strategyOf: (id) => find(registry.strategies, (strategy) => strategy.id === id),
    runner: (role) => {
      const custom = plan.roles?.[role];
      return custom === undefined ? find(registry.runners, (runner) => runner.role === role) : createCustomRunner(role, custom);
    },
    records: [],
    memory: NO_MEMORY,
    monthly: null,
    keep: null,
    model: (seatId) => {
      const modelId = [...plan.seats, ...(plan.reserves ?? [])].find((seat) => seat.id === seatId)?.model.model_id ?? '';
      return seatModel((chunk, signal, request) => {
        asked.push({ modelId, chunkId: chunk.id });
        return (models[modelId] ?? (() => '{"findings": []}'))(chunk, signal, request);
      });
    },
    wantsOutput: false,
    clock: { now: () => (now += 7), today: () => '2026-01-01' },
    ...over,
  };
  return { ctx, events, asked };
}

/** A model that answers as told; `over` what else it does. */
export function seatModel(answering: Answering, over: Partial<SeatModel> = {}): SeatModel {
  return {
    reads: 'prompt',
    reader: jsonFindings.open({}),
    local: true,
    fenceSecret: 'secret',
    ask: async (request, signal) => {
      const answer = await answering(request.chunk, signal, request);
      return typeof answer === 'string' ? replied(answer) : answer;
    },
    price: async () => 0,
    health: async () => ({ available: true, detail: '' }),
    warmUp: async () => undefined,
    ...over,
  };
}

function find<T>(all: readonly T[], fits: (one: T) => boolean): T {
  const found = all.find(fits);
  if (found === undefined) throw new TypeError('the registry has no such part');
  return found;
}
