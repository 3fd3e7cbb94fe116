import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Outline } from '#model/outline.ts';
import type { Seat } from '#model/plan.ts';
import { createAnswerFlights } from '#models/calls/answers/answer-flights.ts';
import { createMemoryAnswerCache } from '#models/calls/answers/memory-answer-cache.ts';
import { createEndpointGates } from '#models/calls/endpoint-gates.ts';
import { seatModel } from '#models/calls/seat-model.ts';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import { ollamaLocal } from '#models/providers/ollama-local.ts';
import { scan } from '#pipeline/scan.ts';
import type { Outliner } from '#ports/code-reader.ts';
import type { Provider, Reply } from '#ports/provider.ts';
import { outlineOf } from '#syntax/outline.ts';
import { providerEnv } from '../test/fakes/provider-env.ts';
import { scanContext } from '../test/fakes/scan-context.ts';
import { makePlan, makeSeat } from '../test/fixtures/panel.ts';
import { changeOf, makeFiftyFiles, type Sides } from './fifty-files.ts';
import { quantile } from './measure.ts';

const SEATS = ['one', 'two', 'three'].map((id) => makeSeat(id));
const PLAN = { ...makePlan(SEATS, { consensus: { minVotes: 1 } }), chunkTokens: 6_000 };
const NEW_LINES = ['  const extra = compute(value);', '  if (extra > limit) throw new RangeError(String(extra));'];

interface Spent {
  calls: number;
  tokens: number;
}

/**
 * What scans of a change of fifty files send when the answers of earlier ones are kept: the same push again (goal: no
 * call), and each of the files edited once, in its own push (goal: at most 5 % of the first scan's tokens).
 */
export async function benchRescans(): Promise<string[]> {
  const scanner = openScanner();
  const sides = makeFiftyFiles();
  const first = await scanner(sides);
  const second = await scanner(sides);
  const shares: number[] = [];
  for (const path of sides.keys()) shares.push((await scanner(edit(sides, path))).tokens / first.tokens);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    `fifty files by ${SEATS.length} models: ${first.calls} calls, ${first.tokens} tokens; the same push again: ${second.calls} calls`,
    `one of the fifty edited: ${percent(mean)} of the first scan's tokens (median ${percent(quantile(shares, 0.5))}, nine in ten below ${percent(quantile(shares, 0.9))}, at most ${percent(Math.max(...shares))}), ${(1 / mean).toFixed(0)} times less`,
  ];
}

/** Two lines more, in the middle of the file. */
function edit(sides: Sides, path: string): Sides {
  const { before = '', after = '' } = sides.get(path) ?? {};
  const lines = after.split('\n');
  lines.splice(Math.floor(lines.length / 2), 0, ...NEW_LINES);
  return new Map(sides).set(path, { before, after: lines.join('\n') });
}

/** Scans with simulated models behind everything that stands around a call; what one scan was answered, the next ones keep. */
function openScanner(): (sides: Sides) => Promise<Spent> {
  let spent: Spent = { calls: 0, tokens: 0 };
  const provider: Provider = {
    ...ollamaLocal,
    connect: () => ({
      call: async ({ messages }): Promise<Reply> => {
        const tokensIn = messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
        spent = { calls: spent.calls + 1, tokens: spent.tokens + tokensIn };
        return { text: '{"findings": [], "needs": []}', finish: 'complete', reason: null, tokensIn, tokensOut: 10 };
      },
      health: async () => ({ available: true, detail: '' }),
    }),
  };
  const shared = {
    provider,
    cache: createMemoryAnswerCache({ maxBytes: 64 * 1024 * 1024 }),
    flights: createAnswerFlights(),
    gates: createEndpointGates(),
    reader: jsonFindings.open({}),
    env: providerEnv(),
    fenceSecret: 'secret',
    clock: { now: () => performance.now() },
  };
  const outlines = new Map<string, Outline | null>();
  const outline: Outliner = (text, path) => {
    const known = outlines.get(text) ?? outlineOf(text, path);
    outlines.set(text, known);
    return known;
  };
  const entryOf = (seatId: string) => SEATS.find(({ id }: Seat) => id === seatId)?.model ?? makeSeat(seatId).model;
  return async (sides) => {
    spent = { calls: 0, tokens: 0 };
    const { change, texts } = changeOf(sides);
    const { ctx } = scanContext(
      PLAN,
      {},
      {
        model: (seatId) => seatModel({ ...shared, entry: entryOf(seatId) }),
        reader: { read: async (path) => texts.get(path) ?? null, prefetch: async () => {} },
        outline,
      },
    );
    const { conclusion, reason } = await scan(change, PLAN, ctx);
    if (conclusion !== 'passed') throw new Error(`the scan ended with ${conclusion}: ${reason}`);
    return spent;
  };
}
