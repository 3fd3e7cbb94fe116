import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ModelEntry } from '#model/model-entry.ts';
import { createAnswerFlights } from '#models/calls/answers/answer-flights.ts';
import { createMemoryAnswerCache } from '#models/calls/answers/memory-answer-cache.ts';
import { createEndpointGates } from '#models/calls/endpoint-gates.ts';
import { seatModel } from '#models/calls/seat-model.ts';
import { ollamaLocal } from '#models/providers/ollama-local.ts';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { ConnectedModel, ModelRequest, Provider, Reply } from '#ports/provider.ts';
import type { SeatModel } from '#ports/runner.ts';
import { entryFor, never, providerEnv, requestOf } from '../test/fakes/provider-env.ts';
import { median } from './measure.ts';

const MB = 1024 * 1024;
/** A prompt of about 2,000 tokens, and an answer with four findings. */
const PROMPT = '  42 + const rows = await db.query(sql, [request.params.id]);\n'.repeat(130);
const ANSWER = JSON.stringify({
  findings: Array.from({ length: 4 }, (_, line) => ({ title: 'Weakness', startLine: line, message: 'x'.repeat(400) })),
});

/** Answers at once, in this process: what is measured is what stands around it. */
const model: ConnectedModel = {
  call: async (): Promise<Reply> => ({ text: ANSWER, finish: 'complete', reason: null, tokensIn: 2_000, tokensOut: 500 }),
  health: async () => ({ available: true, detail: '' }),
};
const provider: Provider = { ...ollamaLocal, connect: () => model };
const entry: ModelEntry = entryFor(ollamaLocal, { model: 'm', base_url: 'http://127.0.0.1:1' });

function seat(cache: AnswerCache | null): SeatModel {
  return seatModel({
    entry,
    provider,
    cache,
    reader: { read: () => ({ kind: 'parsed', claims: [], cut: false }) },
    env: providerEnv(),
    fenceSecret: '',
    gates: createEndpointGates(),
    flights: createAnswerFlights(),
    clock: { now: () => performance.now() },
  });
}

/** Microseconds for one call, one after the other. */
async function timeCalls(
  calls: number,
  call: (request: ModelRequest) => Promise<unknown>,
  requests: readonly ModelRequest[],
): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < calls; index += 1) await call(requests[index % requests.length] as ModelRequest);
  return ((performance.now() - startedAt) / calls) * 1_000;
}

/** What the wrappers add to a call, against the bare adapter in the same run. */
export async function benchCalls(_folder: string, rounds = 9, calls = 2_000): Promise<string[]> {
  const signal = never();
  const requests = Array.from({ length: calls }, (_, index) => requestOf(`${index}\n${PROMPT}`));
  const one = requests.slice(0, 1);
  const took = { bare: [] as number[], wrapped: [] as number[], missed: [] as number[], hit: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const [plain, caching] = [seat(null), seat(createMemoryAnswerCache({ maxBytes: 64 * MB }))];
    const bare = await timeCalls(calls, (request) => model.call(request, signal), requests);
    const wrapped = await timeCalls(calls, (request) => plain.ask(request, signal), requests);
    const missed = await timeCalls(calls, (request) => caching.ask(request, signal), requests);
    const hit = await timeCalls(calls, (request) => caching.ask(request, signal), one);
    // The first round warms the compiler.
    if (round > 0) for (const [name, us] of Object.entries({ bare, wrapped, missed, hit })) took[name as keyof typeof took].push(us);
  }
  const [bare, wrapped, missed, hit] = [median(took.bare), median(took.wrapped), median(took.missed), median(took.hit)];
  const us = (value: number) => `${value.toFixed(1)} µs`;
  return [
    `one call, medians of ${rounds} × ${calls}: bare adapter ${us(bare)}; with time limit, retries, breaker, rate limit and queue ${us(wrapped)} (${us(wrapped - bare)} more, ${(wrapped / bare).toFixed(0)} times); with a cache that misses ${us(missed)}; from the cache ${us(hit)}`,
    ...(await benchMemory()),
  ];
}

/** Heap after 10,000 cached calls, against the same calls of the bare adapter. The memory cache is bounded. */
async function benchMemory(calls = 10_000, boundMb = 8): Promise<string[]> {
  const signal = never();
  const ask = seat(createMemoryAnswerCache({ maxBytes: boundMb * MB })).ask;
  const bare = await growth(calls, (request) => model.call(request, signal));
  const first = await growth(calls, (request) => ask(request, signal));
  const second = await growth(calls, (request) => ask(request, signal), calls);
  return [
    `${calls} cached calls of different prompts: heap ${first.toFixed(1)} MB more with a cache of ${boundMb} MB, ${second.toFixed(1)} MB after ${calls} further; bare adapter ${bare.toFixed(1)} MB`,
  ];
}

/** MB of heap that stay after so many calls. */
async function growth(calls: number, call: (request: ModelRequest) => Promise<unknown>, from = 0): Promise<number> {
  const before = heapMb();
  for (let index = from; index < from + calls; index += 1) await call(requestOf(`${index}\n${PROMPT}`));
  return heapMb() - before;
}

function heapMb(): number {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / MB;
}
