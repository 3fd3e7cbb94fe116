import { afterEach, describe, expect, it } from 'vitest';
import type { ModelEntry } from '#model/model-entry.ts';
import { entryFromDefinition, type ModelDefinition } from '#models/registry/make-entry.ts';
import type { Message, ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { anyParser, providerEnv, remembering } from '../fakes/provider-env.ts';

/** What can happen to a call. Every provider is put into each, or says why it cannot be. */
export const SITUATIONS = [
  'answers',
  'answers nothing',
  'answers with a tool call',
  'reasons beside its answer',
  'is cut by its token limit',
  'declines',
  'is stopped by a content filter',
  'counts no tokens',
  'refuses a parameter',
  'refuses the key',
  'wants to be paid',
  'forbids the model',
  'does not know the model',
  'gives up waiting',
  'takes no request of this size',
  'limits the rate',
  'limits the rate and says no time',
  'finds the prompt too long',
  'fails',
  'is overloaded',
  'redirects',
  'drops the connection',
  'drops the connection in the middle',
  'hangs',
  'sends no JSON',
  'sends a web page',
  'sends another form',
  'is not there',
  'streams',
  'streams and stops half way',
  'streams and stops before any text',
  'streams and hangs half way',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** What the suite needs of a provider: a server of its vendor's, and how its answers look. */
export interface ProviderHarness {
  readonly provider: Provider;
  /** Name of a model that the stage knows. */
  readonly model: string;
  /**
   * A server that is in the situation; null for a provider without one. It takes no other key than `KEY`. Where it
   * refuses or fails, it repeats the prompt and the key in its words, as strict servers do (`ECHO`). In `limits the
   * rate` it asks to wait 7 s. In `refuses a parameter` it refuses one that is sent at first, and answers without it.
   */
  stage(situation: Situation): Promise<ModelServer | null>;
  /** Why a situation cannot be, one sentence each. */
  readonly skips: Partial<Record<Situation, string>>;
  /** What a definition says beside provider and model; by default the server as `base_url`, and its key. */
  define?(server: ModelServer): Partial<ModelDefinition>;
  /** What the server is called in messages; by default its address. */
  readonly named?: (server: ModelServer) => string;
  /** The text of a whole answer; `ANSWER` by default. */
  readonly answer?: string;
  /** What the request holds beside the messages. */
  readonly chunk?: ModelRequest['chunk'];
}

/** The text that the stage's model answers with. A stream brings it in several parts. */
export const ANSWER = '{"findings":[]}';

/** In no message, hint or cause of an error may either of them appear. */
export const KEY = 'sk-examined-0123456789';
const PROMPT = 'const secretOfTheRepository = readFileSync(request.query.path);';

/** What a server repeats of its request. */
export const ECHO = `${PROMPT} Bearer ${KEY}`;

const MESSAGES: readonly Message[] = [
  { role: 'system', content: 'Report weaknesses as JSON.' },
  { role: 'user', content: `File: a.ts\n 1 + ${PROMPT}` },
];

const FAULTS: Partial<Record<Situation, ProviderFault>> = {
  'refuses the key': 'unauthorized',
  'wants to be paid': 'unauthorized',
  'forbids the model': 'unauthorized',
  'does not know the model': 'not-found',
  'gives up waiting': 'server',
  'takes no request of this size': 'too-large',
  'limits the rate': 'rate-limited',
  'limits the rate and says no time': 'rate-limited',
  'finds the prompt too long': 'too-large',
  fails: 'server',
  'is overloaded': 'server',
  redirects: 'bad-request',
  'drops the connection': 'unreachable',
  'drops the connection in the middle': 'unreachable',
  'sends no JSON': 'protocol',
  'sends a web page': 'protocol',
  'sends another form': 'protocol',
  'is not there': 'unreachable',
};

/** The examination of the provider port: one for all. */
export function examineProvider(name: string, harness: ProviderHarness): void {
  const { provider, answer = ANSWER } = harness;
  const reads = provider.reads({ model_name: harness.model, settings: {} });
  let server: ModelServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  function connect(env: ProviderEnv = examinedEnv()) {
    const where = server === null ? {} : (harness.define?.(server) ?? { base_url: server.url, api_key: 'env:EXAMINED_KEY' });
    const definition = { id: 'examined', provider: provider.type, model: harness.model, ...where };
    const parser = anyParser(definition.parser ?? provider.defaults(harness.model, definition.settings ?? {}).parserId);
    const entry: ModelEntry = entryFromDefinition(definition, [provider], [parser]);
    return provider.connect(entry, env);
  }
  async function open(situation: Situation) {
    server = await harness.stage(situation);
    if (situation === 'is not there') await server?.close();
    return connect();
  }

  const request: ModelRequest = {
    role: 'deep_scan',
    chunk: harness.chunk ?? { id: 'c1', files: [], tokens: 0, risk: 0 },
    messages: reads === 'prompt' ? MESSAGES : [],
    schema: { type: 'object', properties: { findings: { type: 'array' } }, required: ['findings'], additionalProperties: false },
    maxTokens: 512,
  };
  const never = () => new AbortController().signal;

  const examine = (situation: Situation, examination: () => Promise<void>, addition = '', retry = 0) => {
    const reason = harness.skips[situation];
    if (reason === undefined) it(`${situation}${addition}`, { retry }, examination);
    else it.skip(`${situation}${addition}: not examined, because ${reason}`, examination);
  };
  /** A server can do the same to a call whether or not it is streamed. */
  const examineBoth = (situation: Situation, examination: (call: (situation: Situation) => Promise<Reply>) => Promise<void>) => {
    examine(situation, () => examination(async (at) => await (await open(at)).call(request, never())));
    examine(situation, () => examination(async (at) => await (await open(at)).call(request, never(), () => {})), ', asked for a stream');
  };

  describe(`the provider ${name}`, () => {
    examine('answers', async () => {
      const reply = await (await open('answers')).call(request, never());
      expect(reply).toMatchObject({ finish: 'complete', reason: null });
      if (reads === 'prompt') expect(reply.text).toBe(answer);
    });

    examineBoth('answers nothing', async (call) => {
      expect(await call('answers nothing')).toMatchObject({ text: '', finish: 'complete' });
    });

    examineBoth('answers with a tool call', async (call) => {
      const reply = await call('answers with a tool call');
      expect(reply.finish).toBe('complete');
      expect(JSON.parse(reply.text)).toEqual(JSON.parse(answer));
    });

    examineBoth('reasons beside its answer', async (call) => {
      expect(await call('reasons beside its answer')).toMatchObject({ text: answer, finish: 'complete' });
    });

    examineBoth('is cut by its token limit', async (call) => {
      const reply = await call('is cut by its token limit');
      expect(reply.finish).toBe('length');
      expect(reply.reason).toMatch(/cut/);
      expect(reply.text).not.toBe('');
      expect(answer.startsWith(reply.text)).toBe(true);
    });

    for (const situation of ['declines', 'is stopped by a content filter'] as const) {
      examineBoth(situation, async (call) => {
        const reply = await call(situation);
        expect(reply.finish).toBe('refused');
        expect(reply.reason).toMatch(/\w+ \w+/);
      });
    }

    examineBoth('counts no tokens', async (call) => {
      expect(await call('counts no tokens')).toMatchObject({ text: answer, tokensIn: null, tokensOut: null });
    });

    examine('refuses a parameter', async () => {
      server = await harness.stage('refuses a parameter');
      const quirks = remembering();
      const env = { ...examinedEnv(), quirks };
      const settled = await connect(env)
        .call(request, never())
        .catch((error: unknown) => error);
      if ((provider.quirks ?? []).length === 0) {
        expect(settled).toMatchObject({ fault: 'bad-request' });
        expectPresentable(settled as ProviderError);
        return;
      }
      expect(settled).toMatchObject({ text: answer });
      const learned = [...quirks.learned.values()].flat().map(({ id }) => id);
      expect(learned).not.toEqual([]);
      expect(provider.quirks?.map(({ id }) => id)).toEqual(expect.arrayContaining(learned));
      const [accepted, before] = [server?.requests.at(-1), server?.requests.length ?? 0];
      expect(await connect(env).call(request, never())).toMatchObject({ text: answer });
      const again = server?.requests.slice(before).filter(({ path }) => path === accepted?.path);
      expect(again?.map(({ body }) => body)).toEqual([accepted?.body]);
    });

    for (const [situation, fault] of Object.entries(FAULTS) as [Situation, ProviderFault][]) {
      examineBoth(situation, async (call) => {
        const error = await call(situation).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(ProviderError);
        expect((error as ProviderError).fault).toBe(fault);
        expectPresentable(error as ProviderError);
        if (situation === 'limits the rate') expect((error as ProviderError).retryAfterMs).toBe(7000);
        if (situation === 'limits the rate and says no time') expect((error as ProviderError).retryAfterMs).toBeNull();
      });
    }

    examine('streams', async () => {
      const heard: string[] = [];
      const reply = await (await open('streams')).call(request, never(), (text) => heard.push(text));
      expect(reply).toMatchObject({ text: answer, finish: 'complete', reason: null });
      expect(heard.join('')).toBe(answer);
      expect(heard.length).toBeGreaterThan(1);
    });

    examine('streams and stops half way', async () => {
      const heard: string[] = [];
      const reply = await (await open('streams and stops half way')).call(request, never(), (text) => heard.push(text));
      expect(reply).toMatchObject({ finish: 'length', reason: 'the stream stopped half way' });
      expect(reply.text).not.toBe('');
      expect(reply.text).toBe(heard.join(''));
      expect(answer.startsWith(reply.text)).toBe(true);
    });

    examine('streams and stops before any text', async () => {
      const calling = (await open('streams and stops before any text')).call(request, never(), () => {});
      const error = await calling.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(['unreachable', 'protocol']).toContain((error as ProviderError).fault);
      expectPresentable(error as ProviderError);
    });

    /** The time is the wall's: on a machine that is busy with something else it is measured again. */
    const examineCancelling = (situation: Situation, kind: 'hang' | 'stream') =>
      examine(
        situation,
        async () => {
          const stop = new AbortController();
          const model = await open(situation);
          let heard = 0;
          const count = () => {
            heard += 1;
          };
          const listen = kind === 'stream' ? [count] : [];
          const calling = model.call(request, stop.signal, ...listen).catch((error: unknown) => error);
          const hanging = () => server?.requests.find(({ told }) => told === kind);
          await expect.poll(hanging).toBeDefined();
          if (kind === 'stream') await expect.poll(() => heard).toBeGreaterThan(0);
          const stoppedAt = performance.now();
          stop.abort();
          expect(await calling).toMatchObject({ fault: 'cancelled' });
          expect(performance.now() - stoppedAt).toBeLessThan(100);
          expect(((await hanging()?.abandoned) ?? 0) - stoppedAt).toBeLessThan(100);
        },
        '',
        3,
      );
    examineCancelling('hangs', 'hang');
    examineCancelling('streams and hangs half way', 'stream');

    it('is not called at all once it was cancelled', async () => {
      const model = await open('answers');
      await expect(model.call(request, AbortSignal.abort())).rejects.toThrow();
      await expect(model.call(request, AbortSignal.abort(), () => {})).rejects.toThrow();
      expect(server?.requests ?? []).toHaveLength(0);
    });

    it('says of its health what is there', async () => {
      expect(await (await open('answers')).health(never())).toMatchObject({ available: true });
    });

    examine(
      'is not there',
      async () => {
        const health = await (await open('is not there')).health(never());
        expect(health.available).toBe(false);
        expect(health.detail).toContain(server === null ? '' : nameOf(server));
      },
      ', and its health says so',
    );

    it('refuses a setting that it does not know', () => {
      expect(provider.settings.safeParse({ no_such_setting: 1 }).success).toBe(false);
      expect(provider.settings.safeParse({}).success).toBe(true);
    });

    it('tells each of its quirks by an id and a sentence', () => {
      const quirks = provider.quirks ?? [];
      expect(new Set(quirks.map(({ id }) => id)).size).toBe(quirks.length);
      for (const { id, sentence } of quirks) {
        expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(sentence).toMatch(/^[A-Z`].{10,}\.$/);
      }
    });
  });

  function nameOf(at: ModelServer): string {
    return harness.named?.(at) ?? at.url;
  }

  /** One sentence with a hint that names model and server, and gives nothing away. */
  function expectPresentable(error: ProviderError): void {
    expect(error.message).toContain(harness.model);
    if (server !== null) expect(error.message).toContain(nameOf(server));
    expect(error.message).not.toMatch(/\n/);
    expect(error.hint).toMatch(/\.$/);
    const shown = [error.message, error.hint, error.stack, String(error.cause), JSON.stringify(error)].join('\n');
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain('secretOfTheRepository');
  }
}

function examinedEnv(): ProviderEnv {
  return { ...providerEnv(), secret: (reference) => (reference === 'env:EXAMINED_KEY' ? KEY : undefined) };
}
