import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hfLocal } from '#models/providers/hf-local.ts';
import { llamaCpp } from '#models/providers/llama-cpp.ts';
import type { ConnectedModel, ModelRequest, Provider } from '#ports/provider.ts';
import { examineProvider, SITUATIONS } from '../contract/provider.ts';
import { entryFor, never, providerEnv, requestOf } from '../fakes/provider-env.ts';
import { whySkipped } from './installed.ts';
import { writeTinyGguf } from './models/tiny-gguf.ts';
import { writeLanguageModel, writeTextClassifier } from './models/tiny-onnx.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aegis-local-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const NO_SERVER = 'it runs on this machine, without a server or a network';
const notExamined = (reason: string) => Object.fromEntries(SITUATIONS.map((situation) => [situation, reason]));
const lines = [{ mark: 'added' as const, text: 'eval ( x )', oldLine: null, newLine: 1 }];
const CHUNK: ModelRequest['chunk'] = {
  id: 'c1',
  files: [{ path: 'a.c', language: 'c', hunks: [{ hunkId: 'h', lines, whole: true }], surroundings: [], text: null }],
  tokens: 1,
  risk: 0,
};

const noOnnx = whySkipped('@huggingface/transformers');
const noLlama = whySkipped('node-llama-cpp');
const { answers: _, ...withoutServer } = notExamined(NO_SERVER);

examineProvider('hf_local', {
  provider: hfLocal,
  model: writeTextClassifier(join(scratch, 'text')),
  chunk: CHUNK,
  stage: async () => null,
  skips: noOnnx === null ? withoutServer : notExamined(noOnnx),
});

examineProvider('llama_cpp', {
  provider: llamaCpp,
  model: writeTinyGguf(join(scratch, 'tiny.gguf')),
  stage: async () => null,
  skips:
    noLlama === null ? { ...withoutServer, answers: 'random weights write another answer than the suite expects' } : notExamined(noLlama),
});

interface LocalRuntime {
  readonly name: string;
  readonly provider: Provider;
  readonly model: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly request: ModelRequest;
  /** Longer than the model's window. */
  readonly tooLong: ModelRequest;
  readonly skipped: string | null;
}

const runtimes: readonly LocalRuntime[] = [
  {
    name: 'a classifier of hf_local',
    provider: hfLocal,
    model: writeTextClassifier(join(scratch, 'shared-text')),
    settings: { device: 'cpu' },
    request: requestOf('', { messages: [], chunk: CHUNK }),
    tooLong: requestOf('', {
      messages: [],
      chunk: {
        ...CHUNK,
        files: CHUNK.files.map((file) => ({
          ...file,
          hunks: [{ hunkId: 'h', whole: true, lines: Array.from({ length: 90 }, (_, at) => ({ ...lines[0]!, newLine: at + 1 })) }],
        })),
      },
    }),
    skipped: noOnnx,
  },
  {
    name: 'a language model of hf_local',
    provider: hfLocal,
    model: writeLanguageModel(join(scratch, 'language')),
    settings: { device: 'cpu', task: 'text-generation' },
    request: requestOf('x'),
    tooLong: requestOf('x '.repeat(200)),
    skipped: noOnnx,
  },
  {
    name: 'a model of llama_cpp',
    provider: llamaCpp,
    model: writeTinyGguf(join(scratch, 'shared.gguf')),
    settings: { gpu: false, threads: 1, context_length: 512 },
    request: requestOf('x', {
      schema: { type: 'object', properties: { ok: { type: 'boolean' } }, additionalProperties: false },
      maxTokens: 100,
    }),
    tooLong: requestOf('x '.repeat(2000)),
    skipped: noLlama,
  },
];

/** The examination of what runs on this machine: one for all. */
describe.each(runtimes)('$name', ({ provider, model, settings, request, tooLong, skipped }) => {
  const connected: ConnectedModel[] = [];
  afterAll(() => Promise.all(connected.map((one) => one.unload?.())));
  const connect = (more: Readonly<Record<string, unknown>> = {}) => {
    const one = provider.connect(entryFor(provider, { model, settings: { ...settings, ...more } }), providerEnv());
    connected.push(one);
    return one;
  };
  /** `retry`: for times of the wall's clock, on a machine that is busy with something else. */
  const examine = (title: string, examination: () => Promise<void>, retry = 0) =>
    skipped === null
      ? it(title, { timeout: 120_000, retry }, examination)
      : it.skip(`${title}: not examined, because ${skipped}`, examination);
  const isLoaded = async (one: ConnectedModel) => (await one.health(never())).detail.includes('is loaded on');

  examine('is not loaded by connecting, by its health or by its identity, but by the first call', async () => {
    const one = connect();
    expect(await one.health(never())).toMatchObject({ available: true });
    expect(await one.identity?.(never())).toMatch(/^[0-9a-f]{64}$/);
    expect(await isLoaded(one)).toBe(false);
    expect((await one.call(request, never())).finish).toBe('complete');
    expect(await isLoaded(one)).toBe(true);
  });

  examine('is one model for all that connect to it', async () => {
    const [first, second] = [connect(), connect()];
    await first.warmUp?.(never());
    expect(await isLoaded(second)).toBe(true);
  });

  examine('answers many calls that come together, the same to each', async () => {
    const one = connect();
    const replies = await Promise.all(Array.from({ length: 10 }, () => one.call(request, never())));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  examine('reads all of what is longer than its window, or refuses it', async () => {
    const one = connect();
    const reply = await one.call(tooLong, never()).catch((error: unknown) => error);
    if (provider.reads({ model_name: model, settings: { ...settings } }) === 'prompt') expect(reply).toMatchObject({ fault: 'too-large' });
    else expect((reply as { tokensIn: number }).tokensIn).toBeGreaterThan(90 * 4);
  });

  examine(
    'ends calls with their signal within 100 ms, and is there for the next',
    async () => {
      const one = connect();
      await one.warmUp?.(never());
      const stops = Array.from({ length: 8 }, () => new AbortController());
      const calling = stops.map(({ signal }) => one.call(request, signal).catch((error: unknown) => error));
      const stoppedAt = performance.now();
      for (const stop of stops) stop.abort();
      for (const ended of await Promise.all(calling)) expect(ended).toMatchObject({ fault: 'cancelled' });
      expect(performance.now() - stoppedAt).toBeLessThan(100);
      expect((await one.call(request, never())).finish).toBe('complete');
    },
    3,
  );

  examine('frees the model when it is told to, or when nobody used it for a while', async () => {
    const one = connect();
    await one.warmUp?.(never());
    await one.unload?.();
    expect(await isLoaded(one)).toBe(false);
    const idle = connect({ idle_unload: '20ms' });
    await idle.warmUp?.(never());
    await expect.poll(() => isLoaded(idle), { timeout: 20_000 }).toBe(false);
    expect((await idle.call(request, never())).finish).toBe('complete');
  });
});
