import { describe, expect, it } from 'vitest';
import type { Claim } from '#model/candidate.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Seat } from '#model/plan.ts';
import type { ParseResult } from '#ports/parser.ts';
import type { ModelRequest, Reply } from '#ports/provider.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';
import { deepScan } from './deep-scan.ts';

const chunk: Chunk = {
  id: 'chunk',
  files: [
    {
      path: 'a.js',
      language: 'javascript',
      surroundings: [],
      text: null,
      hunks: [{ hunkId: 'a.js@1,1', whole: true, lines: [{ mark: 'added', text: 'eval(x)', oldLine: null, newLine: 1 }] }],
    },
  ],
  tokens: 10,
  risk: 0,
};
const claim: Claim = {
  title: 'Code injection',
  cwe: 'CWE-95',
  severity: 'high',
  confidence: 0.9,
  path: null,
  startLine: 1,
  endLine: 1,
  evidence: 'eval(x)',
  message: 'x is outside data.',
  fix: null,
};
const seat = (settings: Record<string, unknown> = {}): Seat => ({
  id: 'deep_scan/m',
  role: 'deep_scan',
  model: {
    model_id: 'm',
    model_type: 'ollama_local',
    provider_id: 'ollama',
    model_name: 'm',
    display_name: 'm',
    roles: ['deep_scan'],
    parser_id: 'json_findings',
    parser_config: {},
    settings,
    weight: 1,
    family: 'm',
    status: 'registered',
    covers: 'all',
    timeout_ms: 1_000,
  },
});
const reply = (over: Partial<Reply>): Asked => ({
  kind: 'replied',
  latencyMs: 5,
  costUsd: 0.01,
  cached: false,
  reply: { text: 'text', finish: 'complete', reason: null, tokensIn: 10, tokensOut: 20, ...over },
});
const fault = (code: string): Asked => ({ kind: 'failed', reason: 'no route', code, latencyMs: 7 });
const inVain = { tokensIn: null, tokensOut: null, latencyMs: 7, cached: false };
const parsed = (claims: readonly Claim[], cut = false): ParseResult => ({ kind: 'parsed', claims, cut });
const unreadable: ParseResult = { kind: 'unreadable', reason: 'the answer holds no JSON' };

/** A user who states the room for answers is asked for it once. */
const STATED = { max_tokens: 2_048 };

async function run(asked: Asked, result: ParseResult, over: { reads?: 'prompt' | 'chunk'; settings?: Record<string, unknown> } = {}) {
  const requests: ModelRequest[] = [];
  const model: SeatModel = {
    reads: over.reads ?? 'prompt',
    reader: { read: () => result },
    local: true,
    fenceSecret: 'secret',
    ask: async (request) => {
      requests.push(request);
      return asked;
    },
    health: async () => ({ available: true, detail: '' }),
    price: async () => 0,
    warmUp: async () => undefined,
  };
  const outcome = await deepScan.run(
    seat(over.settings ?? STATED),
    { chunk, cases: [], finding: null },
    { model, signal: new AbortController().signal, heard: null, lookUp: null },
  );
  return { outcome, requests };
}

describe('deepScan', () => {
  const usage = { tokensIn: 10, tokensOut: 20, costUsd: 0.01, latencyMs: 5, cached: false };
  it.each([
    {
      name: 'a complete answer is answered',
      asked: reply({}),
      result: parsed([claim]),
      outcome: { kind: 'answered', claims: [claim], usage },
    },
    {
      name: 'a complete answer without findings is answered',
      asked: reply({}),
      result: parsed([]),
      outcome: { kind: 'answered', claims: [], usage },
    },
    {
      name: 'a refusal is refused, whatever its text',
      asked: reply({ finish: 'refused', reason: 'content filter' }),
      result: parsed([]),
      outcome: { kind: 'refused', reason: 'content filter', usage },
    },
    {
      name: 'a cut answer keeps its complete claims',
      asked: reply({ finish: 'length', reason: 'token limit' }),
      result: parsed([claim], true),
      outcome: { kind: 'truncated', claims: [claim], reason: 'token limit', usage },
    },
    {
      name: 'a cut answer is no full opinion even when it parses',
      asked: reply({ finish: 'length' }),
      result: parsed([claim]),
      outcome: { kind: 'truncated', claims: [claim], reason: 'the answer was cut at the token limit', usage },
    },
    {
      name: 'a cut answer that cannot be read is truncated',
      asked: reply({ finish: 'length' }),
      result: unreadable,
      outcome: { kind: 'truncated', claims: [], reason: 'the answer was cut at the token limit', usage },
    },
    {
      name: 'a cut answer of nothing but reasoning is truncated',
      asked: reply({ finish: 'length', text: '' }),
      result: unreadable,
      outcome: { kind: 'truncated', claims: [], reason: 'the answer was cut at the token limit', usage },
    },
    {
      name: 'an answer that lacks its end is truncated, whatever the server says',
      asked: reply({}),
      result: parsed([claim], true),
      outcome: { kind: 'truncated', claims: [claim], reason: 'part of the answer is missing or damaged', usage },
    },
    {
      name: 'an unreadable answer is unreadable, not "no findings"',
      asked: reply({}),
      result: unreadable,
      outcome: { kind: 'unreadable', reason: 'the answer holds no JSON', usage },
    },
    {
      name: 'an empty answer failed',
      asked: reply({ text: ' \n' }),
      result: unreadable,
      outcome: { kind: 'failed', reason: 'the model answered with nothing', code: 'AEGIS_EMPTY_ANSWER', usage },
    },
    {
      name: 'a stream that broke off after some text is truncated, and says so',
      asked: reply({ finish: 'length', reason: 'the connection broke in the middle of the answer', tokensOut: null }),
      result: parsed([claim], true),
      outcome: {
        kind: 'truncated',
        claims: [claim],
        reason: 'the connection broke in the middle of the answer',
        usage: { ...usage, tokensOut: null },
      },
    },
    {
      name: 'an answer from the cache costs nothing',
      asked: { ...reply({}), cached: true, costUsd: 0.5 } as Asked,
      result: parsed([]),
      outcome: { kind: 'answered', claims: [], usage: { tokensIn: 0, tokensOut: 0, costUsd: 0, latencyMs: 5, cached: true } },
    },
    {
      name: 'a fault before the model was at work failed, and cost nothing',
      asked: fault('AEGIS_PROVIDER_UNREACHABLE'),
      result: unreadable,
      outcome: { kind: 'failed', reason: 'no route', code: 'AEGIS_PROVIDER_UNREACHABLE', usage: { ...inVain, costUsd: 0 } },
    },
    {
      name: 'a call that ran out of time failed, at a cost that nobody knows',
      asked: fault('AEGIS_PROVIDER_TIMEOUT'),
      result: unreadable,
      outcome: { kind: 'failed', reason: 'no route', code: 'AEGIS_PROVIDER_TIMEOUT', usage: { ...inVain, costUsd: null } },
    },
    {
      name: 'what the budget does not allow is skipped',
      asked: fault('AEGIS_BUDGET'),
      result: unreadable,
      outcome: { kind: 'skipped', reason: 'no route' },
    },
    {
      name: "a call that ran out of time on the owner's machine cost nothing",
      asked: { ...fault('AEGIS_PROVIDER_TIMEOUT'), costUsd: 0 },
      result: unreadable,
      outcome: { kind: 'failed', reason: 'no route', code: 'AEGIS_PROVIDER_TIMEOUT', usage: { ...inVain, costUsd: 0 } },
    },
  ])('$name', async ({ asked, result, outcome }) => expect((await run(asked, result)).outcome).toEqual(outcome));

  it.each([
    { name: 'of a tool whose parser takes it for "nothing found" is an answer', reads: 'chunk', result: parsed([]), kind: 'answered' },
    { name: 'of a tool failed otherwise', reads: 'chunk', result: unreadable, kind: 'failed' },
    { name: 'of a language model is never an approval', reads: 'prompt', result: parsed([]), kind: 'failed' },
  ] as const)('an empty answer $name', async ({ reads, result, kind }) => {
    expect((await run(reply({ text: '' }), result, { reads })).outcome.kind).toBe(kind);
  });

  it.each([
    { name: 'a full answer is kept', asked: reply({}), result: parsed([]), forgotten: 0 },
    { name: 'an unreadable one is not', asked: reply({}), result: unreadable, forgotten: 1 },
    { name: 'a damaged one is not', asked: reply({}), result: parsed([], true), forgotten: 1 },
    { name: 'a refusal is not', asked: reply({ text: "I'm sorry, I can't help with that." }), result: unreadable, forgotten: 1 },
    { name: 'an empty one is not', asked: reply({ text: '' }), result: unreadable, forgotten: 1 },
  ])('$name', async ({ asked, result, forgotten }) => {
    let times = 0;
    const forget = async () => {
      times += 1;
    };
    await run({ ...asked, forget } as Asked, result);
    expect(times).toBe(forgotten);
  });

  it('asks a language model with prompt, schema and room for the answer', async () => {
    const { requests } = await run(reply({}), unreadable, { settings: {} });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ role: 'deep_scan', chunk, maxTokens: 2_048, schema: { type: 'object' } });
    expect(requests[0]?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  });

  it('hands a detector the chunk alone', async () => {
    const { requests } = await run(reply({}), parsed([]), { reads: 'chunk' });
    expect(requests[0]).toMatchObject({ chunk, messages: [], schema: null });
  });

  it.each([
    { settings: { max_tokens: 512 }, maxTokens: 512 },
    { settings: { max_tokens: 0 }, maxTokens: 2_048 },
    { settings: { max_tokens: 'many' }, maxTokens: 2_048 },
    { settings: { num_ctx: 400 }, maxTokens: 256 },
    { settings: { num_ctx: 400, max_tokens: 512 }, maxTokens: 512 },
  ])('takes max_tokens from $settings', async ({ settings, maxTokens }) => {
    expect((await run(reply({}), parsed([]), { settings })).requests[0]?.maxTokens).toBe(maxTokens);
  });

  it('leaves a prompt its place in a small window', async () => {
    const room = (await run(reply({}), parsed([]), { settings: { num_ctx: 2_000 } })).requests[0]?.maxTokens ?? 0;
    expect(room).toBeGreaterThan(1_000);
    expect(room).toBeLessThan(1_500);
  });
});
