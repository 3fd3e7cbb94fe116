import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { llamaCpp } from '#models/providers/llama-cpp.ts';
import { answerSchemaFor } from '#pipeline/prompts/deep-scan-schema.ts';
import type { ConnectedModel } from '#ports/provider.ts';
import { entryFor, never, providerEnv, requestOf } from '../fakes/provider-env.ts';
import { titled, whySkipped } from './installed.ts';
import { writeTinyGguf, writeTinyLora } from './models/tiny-gguf.ts';

const why = whySkipped('node-llama-cpp');
const scratch = mkdtempSync(join(tmpdir(), 'aegis-llama-cpp-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const MODEL = writeTinyGguf(join(scratch, 'tiny.gguf'));
const LORA = writeTinyLora(join(scratch, 'lora.gguf'));

const open: ConnectedModel[] = [];
afterAll(() => Promise.all(open.map((model) => model.unload?.())));

function connect(settings: Record<string, unknown> = {}, model = MODEL): ConnectedModel {
  const definition = { model, settings: { gpu: false, threads: 1, context_length: 512, ...settings } };
  const connected = llamaCpp.connect(entryFor(llamaCpp, definition), providerEnv());
  open.push(connected);
  return connected;
}

const verdict = z.strictObject({ suspicious: z.boolean(), severity: z.enum(['low', 'high']), reason: z.string().max(40) });
/** A long word of the model's fills the schema's room: a character may be two in JavaScript. */
const verdictSchema = z.toJSONSchema(verdict.extend({ reason: z.string().max(12) }));
const asking = (changes: Parameters<typeof requestOf>[1] = {}) =>
  requestOf('eval(x)', { schema: verdictSchema, maxTokens: 300, ...changes });
/** Noise without end: what comes where no schema holds the model. */
const rambling = (changes: Parameters<typeof requestOf>[1] = {}) => requestOf('x', { schema: null, maxTokens: 400, ...changes });

describe.skipIf(why !== null)(titled('a GGUF model with random weights', why), () => {
  it('answers in the form of the schema, the same each time, and counts', async () => {
    const first = await connect().call(asking(), never());
    expect(first).toMatchObject({ finish: 'complete', reason: null });
    expect(verdict.safeParse(JSON.parse(first.text)).success).toBe(true);
    expect(first.tokensIn).toBeGreaterThan(20);
    expect(first.tokensOut).toBeGreaterThan(20);
    const second = await connect().call(asking(), never());
    expect(second.text).toBe(first.text);
  });

  it('is held to the schema of a deep scan, with fields that may be null', async () => {
    const schema = answerSchemaFor(1);
    const reply = await connect({ context_length: 1024 }).call(asking({ schema, maxTokens: 500 }), never());
    expect(reply.text).toMatch(/^\{\s*"findings"\s*:\s*\[/);
  });

  it('says where its answer was cut', async () => {
    const reply = await connect().call(rambling({ maxTokens: 20 }), never());
    expect(reply).toMatchObject({ finish: 'length', reason: 'the answer was cut by its token limit', tokensOut: 20 });
  });

  it('answers as far as its context reaches, and says so', async () => {
    const reply = await connect({ context_length: 256 }).call(rambling({ maxTokens: 4000 }), never());
    expect(reply).toMatchObject({ finish: 'length', reason: 'the answer was cut by the end of its context of 256 tokens' });
    expect((reply.tokensIn ?? 0) + (reply.tokensOut ?? 0)).toBeLessThanOrEqual(256);
  });

  it('refuses a prompt that does not fit, and never cuts it', async () => {
    const prompt = requestOf('eval '.repeat(400), { schema: null });
    await expect(connect().call(prompt, never())).rejects.toMatchObject({
      fault: 'too-large',
      message: /does not fit the context of tested, 512 tokens/,
    });
  });

  it('streams', async () => {
    const parts: string[] = [];
    const reply = await connect().call(asking(), never(), (text) => parts.push(text));
    expect(parts.join('')).toBe(reply.text);
    expect(parts.length).toBeGreaterThan(1);
  });

  it('is given calls one after the other, and each gets its own answer', async () => {
    const model = connect();
    const schemas = ['a', 'b', 'c', 'd'].map((name) => z.toJSONSchema(z.strictObject({ [name]: z.boolean() })));
    const replies = await Promise.all(schemas.map((schema) => model.call(asking({ schema }), never())));
    expect(replies.map(({ text }) => Object.keys(JSON.parse(text)))).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('is ended by its signal while it writes and while it waits', { retry: 3 }, async () => {
    const model = connect({ context_length: 4096 });
    const stop = new AbortController();
    let heard = 0;
    const listen = () => {
      heard += 1;
    };
    const writing = model.call(rambling({ maxTokens: 3900 }), stop.signal, listen).catch((error: unknown) => error);
    const waiting = model.call(rambling(), AbortSignal.any([stop.signal])).catch((error: unknown) => error);
    await expect.poll(() => heard, { timeout: 20_000 }).toBeGreaterThan(0);
    const stoppedAt = performance.now();
    stop.abort();
    expect(await writing).toMatchObject({ fault: 'cancelled' });
    expect(await waiting).toMatchObject({ fault: 'cancelled' });
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    const heardThen = heard;
    expect(verdict.safeParse(JSON.parse((await model.call(asking(), never())).text)).success).toBe(true);
    expect(heard).toBe(heardThen);
    await expect(model.call(asking(), AbortSignal.abort())).rejects.toMatchObject({ fault: 'cancelled' });
  });

  it('writes otherwise with an adapter, and by its scale', async () => {
    const texts = await Promise.all(
      [[], [{ path: LORA }], [{ path: LORA, scale: 0.2 }], [{ path: LORA, scale: 0 }]].map(
        async (lora) => (await connect({ lora }).call(rambling({ maxTokens: 40 }), never())).text,
      ),
    );
    expect(texts[1]).not.toBe(texts[0]);
    expect(texts[3]).toBe(texts[0]);
  });

  it('is loaded by a warm-up, unloaded when it was not used for a while, and loads again', async () => {
    const model = connect({ idle_unload: '3s' });
    expect((await model.health(never())).detail).toContain('loaded by the first call');
    await model.warmUp?.(never());
    expect(await model.health(never())).toMatchObject({
      available: true,
      detail: /is loaded on the processor with a context of 512 tokens/,
    });
    await expect.poll(async () => (await model.health(never())).detail).toContain('loaded by the first call');
    expect((await model.call(asking(), never())).finish).toBe('complete');
    await model.unload?.();
    expect((await model.health(never())).detail).toContain('loaded by the first call');
  });

  it('computes on the processor where the graphics card that is named is not there, and says so', async () => {
    const model = connect({ gpu: 'metal' });
    await model.warmUp?.(never());
    expect((await model.health(never())).detail).toMatch(/the processor .*; metal could not be used|metal with/);
  });

  it('is known by the state of its files and by what is put on it', async () => {
    const path = writeTinyGguf(join(scratch, 'changing.gguf'));
    const before = await connect({}, path).identity?.(never());
    expect(await connect({}, path).identity?.(never())).toBe(before);
    expect(await connect({ lora: [{ path: LORA }] }, path).identity?.(never())).not.toBe(before);
    utimesSync(path, new Date(0), new Date(0));
    expect(await connect({}, path).identity?.(never())).not.toBe(before);
  });

  it.each([
    { name: 'a file that is not there', path: join(scratch, 'nowhere.gguf'), settings: {}, fault: 'not-found', says: /nowhere\.gguf/ },
    {
      name: 'an adapter that is not there',
      path: MODEL,
      settings: { lora: [{ path: '/nowhere.gguf' }] },
      fault: 'not-found',
      says: /nowhere/,
    },
  ])('says what is wrong with $name', async ({ path, settings, fault, says }) => {
    const model = connect(settings, path);
    await expect(model.call(asking(), never())).rejects.toMatchObject({ fault, message: says });
    expect(await model.health(never())).toMatchObject({ available: false, detail: says });
  });

  it('says that a damaged file cannot be loaded', async () => {
    const path = join(scratch, 'damaged.gguf');
    writeFileSync(path, 'not a model');
    await expect(connect({}, path).call(asking(), never())).rejects.toMatchObject({
      fault: 'bad-request',
      message: /could not be loaded: .*magic/,
    });
  });
});

describe('llama_cpp', () => {
  it('wants to know where its file is', () => {
    expect(() => llamaCpp.connect(entryFor(llamaCpp, { model: 'mistral' }), providerEnv())).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Set path') }) as Error,
    );
  });

  it('names the command that installs its package where it is missing', async () => {
    const missing = () => {
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    };
    const env = { ...providerEnv(), importPackage: async () => missing(), locatePackage: missing };
    const model = llamaCpp.connect(entryFor(llamaCpp, { model: MODEL }), env);
    await expect(model.call(asking(), never())).rejects.toMatchObject({
      fault: 'not-found',
      message: /tested needs the package node-llama-cpp/,
      hint: /npm install node-llama-cpp@/,
    });
    expect(await model.health(never())).toMatchObject({ available: false, detail: /npm install node-llama-cpp@/ });
  });
});

const real = process.env['AEGIS_TEST_GGUF'];
const whyNotReal = why ?? (real === undefined ? 'AEGIS_TEST_GGUF names no file' : null);

describe.skipIf(whyNotReal !== null)(titled('the model of AEGIS_TEST_GGUF', whyNotReal), () => {
  it('answers in the form of the schema', async () => {
    const model = connect({ context_length: 2048, threads: undefined }, real);
    const reply = await model.call(asking(), never());
    expect(reply.finish).toBe('complete');
    expect(verdict.safeParse(JSON.parse(reply.text)).success).toBe(true);
  }, 600_000);
});
