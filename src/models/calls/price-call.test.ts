import { describe, expect, it } from 'vitest';
import { entryFor, providerEnv } from '../../../test/fakes/provider-env.ts';
import { builtin } from '../providers/builtin.ts';
import { ollamaLocal } from '../providers/ollama-local.ts';
import { type PricedModel, priceCall, pricePerMillion } from './price-call.ts';

/** A model somewhere. */
function model(
  name: string,
  endpoint: string | null,
  settings: Record<string, unknown> = {},
  cost: 'nothing' | 'unknown' = 'unknown',
): PricedModel {
  const entry = { ...entryFor(ollamaLocal, { model: name }), settings };
  return { entry, provider: { cost: () => cost, endpoint: () => endpoint }, env: providerEnv() };
}
const OPENAI = 'https://api.openai.com';
const ROUTER = 'https://router.huggingface.co';
const price = { input_per_million: 2, output_per_million: 10 };

describe('the price of a call', () => {
  it.each([
    { name: 'is that of the list for a model at its vendor', priced: model('gpt-4o', OPENAI), usd: 0.0035 },
    { name: 'is that of the list at another vendor', priced: model('claude-sonnet-4-5', 'https://api.anthropic.com'), usd: 0.0045 },
    {
      name: 'is not that of a vendor for a server that serves a model of the same name',
      priced: model('gpt-4o', 'http://10.0.0.1:8000'),
      usd: null,
    },
    {
      name: 'is that of the vendor behind a router',
      priced: model('MiniMaxAI/MiniMax-M2', ROUTER, { base_url: `${ROUTER}/novita/v3` }),
      usd: 0.00042,
    },
    { name: 'is unknown for a model that the list does not have', priced: model('no-such-model', OPENAI), usd: null },
    { name: 'is unknown where nothing says what a model in this process costs', priced: model('gpt-4o', null), usd: null },
    { name: 'is nothing on the owner’s machines', priced: model('gpt-4o', 'http://127.0.0.1:11434', {}, 'nothing'), usd: 0 },
    { name: 'is that of the settings', priced: model('no-such-model', 'http://10.0.0.1:8000', { price }), usd: 0.003 },
    { name: 'is that of the settings before the list', priced: model('gpt-4o', OPENAI, { price }), usd: 0.003 },
    {
      name: 'is that of the settings on the owner’s machines, too',
      priced: model('m', 'http://127.0.0.1:1', { price }, 'nothing'),
      usd: 0.003,
    },
    {
      name: 'is nothing for the built-in detector',
      priced: { entry: entryFor(builtin, { model: 'patterns' }), provider: builtin, env: providerEnv() },
      usd: 0,
    },
  ])('$name', async ({ priced, usd }) => {
    const cost = await priceCall(priced, 1_000, 100);
    if (usd === null) expect(cost).toBeNull();
    else expect(cost).toBeCloseTo(usd, 10);
  });

  it.each([
    { in: null, out: 100 },
    { in: 1_000, out: null },
    { in: null, out: null },
  ])('is unknown, and not 0, where tokens are not known: $in and $out', async (tokens) => {
    expect(await priceCall(model('gpt-4o', OPENAI), tokens.in, tokens.out)).toBeNull();
    expect(await priceCall(model('gpt-4o', OPENAI, { price }), tokens.in, tokens.out)).toBeNull();
    expect(await priceCall(model('m', 'http://127.0.0.1:1', {}, 'nothing'), tokens.in, tokens.out)).toBe(0);
  });

  it('is 0 for a call that took no token', async () => {
    expect(await priceCall(model('gpt-4o', OPENAI), 0, 0)).toBe(0);
  });

  it('survives numbers that a server made up', async () => {
    for (const tokens of [-5, 1.5, 1e15, Number.NaN]) {
      for (const settings of [{}, { price }]) {
        const cost = await priceCall(model('gpt-4o', OPENAI, settings), tokens, tokens);
        expect(cost === null || (Number.isFinite(cost) && cost >= 0)).toBe(true);
      }
    }
  });
});

describe('the price by which models are ranked', () => {
  it.each([
    { name: 'what the settings say, in the mix of a review', priced: model('m', OPENAI, { price }), usd: (10 * 2 + 10) / 11 },
    { name: 'nothing on the owner’s machines', priced: model('m', 'http://127.0.0.1:1', {}, 'nothing'), usd: 0 },
    { name: 'unknown where there is none', priced: model('m', OPENAI), usd: null },
  ])('is $name', async ({ priced, usd }) => {
    const ranked = await pricePerMillion(priced);
    if (usd === null) expect(ranked).toBeNull();
    else expect(ranked).toBeCloseTo(usd, 9);
  });
  it('is lower for the smaller model', async () => {
    const [large, small] = [await pricePerMillion(model('gpt-4o', OPENAI)), await pricePerMillion(model('gpt-5-mini', OPENAI))];
    expect(small).toBeLessThan(large ?? 0);
  });
});
