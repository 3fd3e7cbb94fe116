import { afterEach, describe, expect, it } from 'vitest';
import type { ModelEntry } from '#model/model-entry.ts';
import { entryFromDefinition } from '#models/registry/make-entry.ts';
import type { Message, ModelRequest, Provider, ProviderEnv } from '#ports/provider.ts';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { anyParser, providerEnv } from '../fakes/provider-env.ts';

/** What can happen to a call. Every provider is put into each, or says why it cannot be. */
const SITUATIONS = [
  'answers',
  'answers nothing',
  'is cut by its token limit',
  'declines',
  'refuses the key',
  'does not know the model',
  'limits the rate',
  'finds the prompt too long',
  'fails',
  'redirects',
  'drops the connection',
  'drops the connection in the middle',
  'hangs',
  'sends a web page',
  'sends another form',
  'counts no tokens',
  'is not there',
] as const;
export type Situation = (typeof SITUATIONS)[number];

interface ProviderHarness {
  readonly provider: Provider;
  /** Name of a model that the stage knows. */
  readonly model: string;
  /** A server that is in the situation; null for a provider without one. */
  stage(situation: Situation): Promise<ModelServer | null>;
  /** What the chat request said, for a look at what was sent. */
  readonly skips: Partial<Record<Situation, string>>;
  /** What the request holds beside the messages. */
  readonly chunk?: ModelRequest['chunk'];
}

/** The text that the stage's model answers with. */
export const ANSWER = '{"findings":[]}';

/** In no message, hint or cause of an error may either of them appear. */
const KEY = 'sk-examined-0123456789';
const PROMPT = 'const secretOfTheRepository = readFileSync(request.query.path);';

const MESSAGES: readonly Message[] = [
  { role: 'system', content: 'Report weaknesses as JSON.' },
  { role: 'user', content: `File: a.ts\n 1 + ${PROMPT}` },
];

const FAULTS: Partial<Record<Situation, ProviderFault>> = {
  'refuses the key': 'unauthorized',
  'does not know the model': 'not-found',
  'limits the rate': 'rate-limited',
  'finds the prompt too long': 'too-large',
  fails: 'server',
  redirects: 'bad-request',
  'drops the connection': 'unreachable',
  'drops the connection in the middle': 'unreachable',
  'sends a web page': 'protocol',
  'sends another form': 'protocol',
  'is not there': 'unreachable',
};

/** The examination of the provider port: one for all. */
export function examineProvider(name: string, harness: ProviderHarness): void {
  const { provider } = harness;
  let server: ModelServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  async function open(situation: Situation) {
    server = await harness.stage(situation);
    if (situation === 'is not there') await server?.close();
    const baseUrl =
      server === null ? {} : { base_url: server.url + (provider.type === 'openai_compatible' ? '/v1' : ''), api_key: 'env:EXAMINED_KEY' };
    const definition = { id: 'examined', provider: provider.type, model: harness.model, ...baseUrl };
    const entry: ModelEntry = entryFromDefinition(definition, [provider], [anyParser(provider.defaults(harness.model, {}).parserId)]);
    return { model: provider.connect(entry, ENV), entry };
  }

  const request: ModelRequest = {
    role: 'deep_scan',
    chunk: harness.chunk ?? { id: 'c1', files: [], tokens: 0, risk: 0 },
    messages: provider.reads({ model_name: harness.model, settings: {} }) === 'prompt' ? MESSAGES : [],
    schema: { type: 'object', properties: { findings: { type: 'array' } }, required: ['findings'], additionalProperties: false },
    maxTokens: 512,
  };
  const call = async (situation: Situation, signal = new AbortController().signal) =>
    await (await open(situation)).model.call(request, signal);

  const examine = (situation: Situation, examination: () => Promise<void>) => {
    const reason = harness.skips[situation];
    if (reason === undefined) it(`${situation}`, examination);
    else it.skip(`${situation}: not examined, because ${reason}`, examination);
  };

  describe(`the provider ${name}`, () => {
    examine('answers', async () => {
      const reply = await call('answers');
      expect(reply).toMatchObject({ finish: 'complete', reason: null });
      if (provider.reads({ model_name: harness.model, settings: {} }) === 'prompt') expect(reply.text).toBe(ANSWER);
    });

    examine('answers nothing', async () => {
      expect(await call('answers nothing')).toMatchObject({ text: '', finish: 'complete' });
    });

    examine('is cut by its token limit', async () => {
      const reply = await call('is cut by its token limit');
      expect(reply.finish).toBe('length');
      expect(reply.reason).toMatch(/cut/);
      expect(reply.text).toBe(ANSWER.slice(0, 8));
    });

    examine('declines', async () => {
      const reply = await call('declines');
      expect(reply.finish).toBe('refused');
      expect(reply.reason).not.toBe('');
    });

    examine('counts no tokens', async () => {
      expect(await call('counts no tokens')).toMatchObject({ text: ANSWER, tokensIn: null, tokensOut: null });
    });

    for (const [situation, fault] of Object.entries(FAULTS) as [Situation, ProviderFault][]) {
      examine(situation, async () => {
        const error = await call(situation).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(ProviderError);
        expect((error as ProviderError).fault).toBe(fault);
        expectPresentable(error as ProviderError, harness.model, server);
        if (situation === 'limits the rate') expect((error as ProviderError).retryAfterMs).toBe(7000);
      });
    }

    examine('hangs', async () => {
      const stop = new AbortController();
      const { model } = await open('hangs');
      const calling = model.call(request, stop.signal).catch((error: unknown) => error);
      await expect.poll(() => server?.requests.length).toBeGreaterThan(0);
      const stoppedAt = performance.now();
      stop.abort();
      expect(await calling).toMatchObject({ fault: 'cancelled' });
      expect(performance.now() - stoppedAt).toBeLessThan(100);
      expect(((await server?.requests.at(-1)?.abandoned) ?? 0) - stoppedAt).toBeLessThan(100);
    });

    it('is not called at all once it was cancelled', async () => {
      const { model } = await open('answers');
      await expect(model.call(request, AbortSignal.abort())).rejects.toThrow();
      expect(server?.requests ?? []).toHaveLength(0);
    });

    it('says of its health what is there', async () => {
      const { model } = await open('answers');
      expect(await model.health(new AbortController().signal)).toMatchObject({ available: true });
    });

    examine('is not there', async () => {
      const { model } = await open('is not there');
      const health = await model.health(new AbortController().signal);
      expect(health.available).toBe(false);
      expect(health.detail).toContain(server?.url);
    });

    it('refuses a setting that it does not know', () => {
      expect(provider.settings.safeParse({ no_such_setting: 1 }).success).toBe(false);
      expect(provider.settings.safeParse({}).success).toBe(true);
    });
  });
}

const ENV: ProviderEnv = { ...providerEnv(), secret: (reference) => (reference === 'env:EXAMINED_KEY' ? KEY : undefined) };

/** One sentence with a hint that names model and server, and gives nothing away. */
function expectPresentable(error: ProviderError, model: string, server: ModelServer | null): void {
  expect(error.message).toContain(model);
  expect(error.message).toContain(server?.url);
  expect(error.message).not.toMatch(/\n/);
  expect(error.hint).toMatch(/\.$/);
  const shown = [error.message, error.hint, error.stack, String(error.cause), JSON.stringify(error)].join('\n');
  expect(shown).not.toContain(KEY);
  expect(shown).not.toContain('secretOfTheRepository');
}
