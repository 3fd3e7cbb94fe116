import { setTimeout as sleep } from 'node:timers/promises';
import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Seat } from '#model/plan.ts';
import { createAnswerFlights } from '#models/calls/answers/answer-flights.ts';
import { createEndpointGates } from '#models/calls/endpoint-gates.ts';
import { seatModel } from '#models/calls/seat-model.ts';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import { ollamaLocal } from '#models/providers/ollama-local.ts';
import { scan } from '#pipeline/scan.ts';
import type { Provider } from '#ports/provider.ts';
import { providerEnv } from '../test/fakes/provider-env.ts';
import { scanContext } from '../test/fakes/scan-context.ts';
import { makePlan, makeSeat } from '../test/fixtures/panel.ts';
import { median } from './measure.ts';

const CHUNKS = 40;
/** What each model takes for an answer, milliseconds (real ones take seconds), and how many its endpoint answers at once. */
const MODELS = { quick: { ms: 100, atOnce: 4 }, middling: { ms: 150, atOnce: 4 }, slow: { ms: 200, atOnce: 4 } } as const;
type Name = keyof typeof MODELS;
const NAMES = Object.keys(MODELS) as Name[];

/** Every file is large enough for a chunk of its own. */
const CHANGE: ChangeSet = {
  mode: 'change',
  base: null,
  head: null,
  files: parseUnifiedDiff(
    Array.from({ length: CHUNKS }, (_, file) => {
      const lines = Array.from({ length: 150 }, (__, at) => `+export const value${at} = compute(${file}, ${at}, 'some words of text');`);
      return `diff --git a/src/f${file}.js b/src/f${file}.js\nnew file mode 100644\n--- /dev/null\n+++ b/src/f${file}.js\n@@ -0,0 +1,${lines.length} @@\n${lines.join('\n')}\n`;
    }).join(''),
  ),
};

/** One scan with all that stands around a call; answers the milliseconds it took and the calls that were made. */
async function timeScan(names: readonly Name[], concurrency: number, oneByOne: boolean): Promise<{ ms: number; calls: number }> {
  const seats = names.map((name) => makeSeat(name));
  const gates = createEndpointGates();
  let calls = 0;
  const connect = (seat: Seat) => {
    const { ms, atOnce } = MODELS[seat.model.model_id as Name];
    const provider: Provider = {
      ...ollamaLocal,
      endpoint: () => `http://${seat.model.model_id}`,
      connect: () => ({
        async call() {
          calls += 1;
          await sleep(ms);
          return { text: '{"findings": []}', finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 };
        },
        health: async () => ({ available: true, detail: '' }),
      }),
    };
    return seatModel({
      entry: { ...seat.model, settings: { concurrency: oneByOne ? 1 : atOnce } },
      provider,
      reader: jsonFindings.open({}),
      env: providerEnv(),
      fenceSecret: 'secret',
      gates,
      cache: null,
      flights: createAnswerFlights(),
      clock: { now: () => performance.now() },
    });
  };
  const plan = { ...makePlan(seats), concurrency };
  const models = new Map(seats.map((seat) => [seat.id, connect(seat)]));
  const { ctx } = scanContext(
    plan,
    {},
    {
      model: (id) => models.get(id) ?? connect(seats[0] as Seat),
      clock: { now: () => performance.now(), today: () => '2026-01-01' },
    },
  );
  const startedAt = performance.now();
  const result = await scan(CHANGE, plan, ctx);
  if (result.conclusion !== 'passed') throw new Error(result.reason);
  return { ms: performance.now() - startedAt, calls };
}

/** A scan of 40 chunks by three models against the least time that their endpoints allow, and against one call after the other. */
export async function benchMakespan(_folder: string, rounds = 3): Promise<string[]> {
  const bound = Math.max(...NAMES.map((name) => Math.ceil(CHUNKS / MODELS[name].atOnce) * MODELS[name].ms));
  await timeScan(NAMES, 8, false);
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { ms, calls } = await timeScan(NAMES, 8, false);
    if (calls !== CHUNKS * NAMES.length) throw new Error(`${calls} calls were made`);
    took.push(ms);
  }
  let serial = 0;
  for (const name of NAMES) serial += (await timeScan([name], 1, true)).ms;
  const ms = median(took);
  return [
    `${CHUNKS} chunks by ${NAMES.length} models of ${NAMES.map((name) => MODELS[name].ms).join(', ')} ms, four calls at once each: ${ms.toFixed(0)} ms; the least that the limits allow is ${bound} ms (${(ms / bound).toFixed(3)} times); one call after the other ${serial.toFixed(0)} ms (${(serial / ms).toFixed(1)} times as long); medians of ${rounds}`,
  ];
}
