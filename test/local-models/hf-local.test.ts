import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { classificationAnswerSchema, tokenAnswerSchema } from '#lib/classification-answer.ts';
import type { Chunk } from '#model/chunk.ts';
import { hfLocal } from '#models/providers/hf-local.ts';
import type { ConnectedModel, ModelRequest } from '#ports/provider.ts';
import { entryFor, never, providerEnv, requestOf } from '../fakes/provider-env.ts';
import { titled, whySkipped } from './installed.ts';
import { TINY_ANSWER, TINY_WINDOW, writeLanguageModel, writeTextClassifier, writeTokenClassifier } from './models/tiny-onnx.ts';

const why = whySkipped('@huggingface/transformers');
const scratch = mkdtempSync(join(tmpdir(), 'aegis-hf-local-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const TEXT = writeTextClassifier(join(scratch, 'text'));
const TOKENS = writeTokenClassifier(join(scratch, 'tokens'));
const LANGUAGE = writeLanguageModel(join(scratch, 'language'));

const open: ConnectedModel[] = [];
afterAll(() => Promise.all(open.map((model) => model.unload?.())));

function connect(model: string, settings: Record<string, unknown> = {}): ConnectedModel {
  const connected = hfLocal.connect(entryFor(hfLocal, { model, settings: { device: 'cpu', ...settings } }), providerEnv());
  open.push(connected);
  return connected;
}

/** A hunk of added lines that begins at line 10. */
function chunkOf(...texts: string[]): Chunk {
  const lines = texts.map((text, at) => ({ mark: 'added' as const, text, oldLine: null, newLine: 10 + at }));
  return {
    id: 'c1',
    files: [{ path: 'a.c', language: 'c', hunks: [{ hunkId: 'h', lines, whole: true }], surroundings: [], text: null }],
    tokens: 1,
    risk: 0,
  };
}
const classify = (...texts: string[]): ModelRequest =>
  requestOf('', { role: 'triage', messages: [], schema: null, chunk: chunkOf(...texts) });

async function classifications(model: ConnectedModel, request: ModelRequest) {
  return classificationAnswerSchema.parse(JSON.parse((await model.call(request, never())).text)).classifications;
}
const scoreOf = (labels: readonly { label: string; score: number }[]) => labels.find(({ label }) => label === 'VULNERABLE')?.score ?? -1;

describe.skipIf(why !== null)(titled('a text classifier in ONNX', why), () => {
  it('gives every label with its score, and the lines that it saw', async () => {
    const model = connect(TEXT);
    const [bad] = await classifications(model, classify('let x = eval ( x ) ;', 'return system'));
    expect(bad).toMatchObject({ path: 'a.c', startLine: 10, endLine: 11 });
    expect(bad?.labels.map(({ label }) => label).sort()).toEqual(['SAFE', 'VULNERABLE']);
    expect(scoreOf(bad?.labels ?? [])).toBeGreaterThan(0.9);
    const [good] = await classifications(model, classify('return safe'));
    expect(scoreOf(good?.labels ?? [])).toBeLessThan(0.1);
  });

  it('has nothing to classify where nothing is on the new side', async () => {
    const removed = { ...chunkOf('x'), files: chunkOf('x').files.map((file) => ({ ...file, hunks: [] })) };
    expect(await classifications(connect(TEXT), { ...classify(), chunk: removed })).toEqual([]);
  });

  it('says so where a hunk has no new side', async () => {
    const gone = { mark: 'removed' as const, text: 'check(user);', oldLine: 4, newLine: null };
    const files = chunkOf('return safe').files.map((file) => ({
      ...file,
      hunks: [...file.hunks, { hunkId: 'gone', whole: true, lines: [gone] }],
    }));
    const reply = await connect(TEXT).call({ ...classify(), chunk: { ...chunkOf(), files } }, never());
    expect(reply).toMatchObject({ finish: 'length', reason: 'a classifier is shown no removed lines, and a.c has hunks of nothing else' });
    expect(classificationAnswerSchema.parse(JSON.parse(reply.text)).classifications).toHaveLength(1);
  });

  it('shows all of a text that is longer than its window, piece by piece', async () => {
    const texts = Array.from({ length: 60 }, (_, at) => (at === 47 ? 'eval ; exec ; eval' : 'const let ; let'));
    const reply = await connect(TEXT, { window_overlap: 6 }).call(classify(...texts), never());
    const windows = classificationAnswerSchema.parse(JSON.parse(reply.text)).classifications;
    expect(windows.length).toBeGreaterThan(7);
    expect(windows[0]?.startLine).toBe(10);
    expect(windows.at(-1)?.endLine).toBe(69);
    for (const [at, { startLine }] of windows.entries()) {
      if (at > 0) expect(startLine).toBeLessThanOrEqual((windows[at - 1]?.endLine ?? 0) + 1);
    }
    const vulnerable = windows.filter(({ labels }) => scoreOf(labels) > 0.5);
    expect(vulnerable.length).toBeGreaterThan(0);
    for (const { startLine, endLine } of vulnerable) expect([startLine <= 57, endLine >= 57]).toEqual([true, true]);
    expect(reply.tokensIn).toBeGreaterThan(60 * 4);
  });

  it('cuts a line that is longer than its window into pieces', async () => {
    const windows = await classifications(connect(TEXT), classify(`${'let '.repeat(100)} eval eval eval eval`));
    expect(windows.length).toBeGreaterThan(3);
    expect(windows.every(({ startLine, endLine }) => startLine === 10 && endLine === 10)).toBe(true);
    expect(windows.some(({ labels }) => scoreOf(labels) > 0.5)).toBe(true);
  });

  it('takes the window of a RoBERTa, which counts positions from behind the padding', async () => {
    const folder = writeTextClassifier(join(scratch, 'roberta'));
    const change = (file: string, changes: object) => {
      const path = join(folder, file);
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
    };
    change('config.json', { model_type: 'roberta', max_position_embeddings: TINY_WINDOW + 2, pad_token_id: 1 });
    change('tokenizer_config.json', { model_max_length: 1e30 });
    const request = classify(...Array.from({ length: 30 }, () => 'const let ; let'));
    expect(await classifications(connect(folder), request)).toEqual(await classifications(connect(TEXT), request));
  });

  it('answers calls that come together each with its own, in batches and one by one alike', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => (at % 3 === 0 ? ['eval ( x )'] : ['safe', `let ${'let '.repeat(at)}`]));
    const together = connect(TEXT, { batch_size: 16 });
    const batched = await Promise.all(texts.map((text) => classifications(together, classify(...text))));
    const alone = connect(TEXT, { batch_size: 1 });
    const single = await Promise.all(texts.map((text) => classifications(alone, classify(...text))));
    expect(batched).toEqual(single);
    expect(batched.map(([first]) => scoreOf(first?.labels ?? []) > 0.5)).toEqual(texts.map((_, at) => at % 3 === 0));
  });

  it('is ended by its signal while it waits, while it loads and while it computes', { retry: 3 }, async () => {
    const model = connect(TEXT, { threads: 1 });
    const stop = new AbortController();
    const calling = Array.from({ length: 12 }, () =>
      model
        .call(classify(...Array.from({ length: 200 }, () => 'let x = eval')), AbortSignal.any([stop.signal]))
        .catch((error: unknown) => error),
    );
    const stoppedAt = performance.now();
    stop.abort();
    for (const ended of await Promise.all(calling)) expect(ended).toMatchObject({ fault: 'cancelled' });
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    expect(await classifications(model, classify('eval'))).toHaveLength(1);
    await expect(model.call(classify('eval'), AbortSignal.abort())).rejects.toMatchObject({ fault: 'cancelled' });
  });

  it('leaves the event loop free while it computes', async () => {
    const model = connect(TEXT);
    await model.warmUp?.(never());
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    await Promise.all(
      Array.from({ length: 8 }, () => model.call(classify(...Array.from({ length: 1500 }, () => 'let x = eval ( x ) ;')), never())),
    );
    clearInterval(counting);
    expect(turns).toBeGreaterThan(10);
  });

  it('is unloaded when it was not used for a while, and loads again', async () => {
    const model = connect(TEXT, { idle_unload: '3s' });
    await model.warmUp?.(never());
    expect((await model.health(never())).detail).toContain('is loaded on cpu');
    await expect.poll(async () => (await model.health(never())).detail).toContain('loaded by the first call');
    expect(await classifications(model, classify('eval'))).toHaveLength(1);
    await model.unload?.();
    expect((await model.health(never())).detail).toContain('loaded by the first call');
  });

  const children = `/proc/${process.pid}/task/${process.pid}/children`;
  it.skipIf(!existsSync(children))('is loaded anew where its process was ended from outside', async () => {
    const model = connect(TEXT, { batch_size: 5 });
    await model.warmUp?.(never());
    for (const pid of readFileSync(children, 'utf8').split(' ').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    await expect.poll(async () => (await model.health(never())).detail).toContain('loaded by the first call');
    expect(await classifications(model, classify('eval'))).toHaveLength(1);
  });

  it('falls back to the processor where there is no graphics card, and says so', async () => {
    const model = connect(TEXT, { device: 'cuda', dtype: 'fp32' });
    await model.warmUp?.(never());
    const { detail } = await model.health(never());
    expect(detail).toMatch(/is loaded on (cpu \(fp32; cuda could not be used\)|cuda)/);
  });

  it('is known by the state of its files', async () => {
    const folder = writeTextClassifier(join(scratch, 'changing'));
    const model = connect(folder);
    const before = await model.identity?.(never());
    expect(await model.identity?.(never())).toBe(before);
    utimesSync(join(folder, 'onnx/model.onnx'), new Date(0), new Date(0));
    expect(await model.identity?.(never())).not.toBe(before);
  });

  it.each([
    {
      name: 'a folder that is not there',
      model: join(scratch, 'nowhere'),
      settings: {},
      fault: 'not-found',
      says: /config\.json.*onnx\/model\.onnx/,
    },
    {
      name: 'a form of the weights that is not there',
      model: TEXT,
      settings: { dtype: 'q8' },
      fault: 'not-found',
      says: /model_quantized/,
    },
    {
      name: 'a model of the hub that was not fetched',
      model: 'some/name',
      settings: { cache_folder: scratch },
      fault: 'not-found',
      says: /some\/name/,
    },
  ])('says what is wrong with $name', async ({ model, settings, fault, says }) => {
    const connected = connect(model, settings);
    await expect(connected.call(classify('eval'), never())).rejects.toMatchObject({ fault, message: says });
    expect(await connected.health(never())).toMatchObject({ available: false, detail: says });
    expect(await connected.identity?.(never())).toBeNull();
  });

  it('fetches a model of the hub where it is let, and only then', async () => {
    const asked: string[] = [];
    const hub = createServer(({ url = '' }, response) => {
      asked.push(url);
      const file = join(TEXT, url.replace('/org/tiny/resolve/main/', ''));
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening));
    try {
      const { port } = hub.address() as AddressInfo;
      const env = providerEnv({ HF_ENDPOINT: `http://127.0.0.1:${port}` });
      const settings = { device: 'cpu', cache_folder: join(scratch, 'cache') };
      const refused = hfLocal.connect(entryFor(hfLocal, { model: 'org/tiny', settings }), env);
      await expect(refused.call(classify('eval'), never())).rejects.toMatchObject({ fault: 'not-found' });
      expect(asked).toEqual([]);
      const model = hfLocal.connect(entryFor(hfLocal, { model: 'org/tiny', settings: { ...settings, allow_download: true } }), env);
      open.push(model);
      expect((await model.health(never())).detail).toContain('is fetched from the Hugging Face hub by the first call');
      expect(await classifications(model, classify('eval'))).toHaveLength(1);
      expect(asked).toContain('/org/tiny/resolve/main/onnx/model.onnx');
      expect(await classifications(refused, classify('eval'))).toHaveLength(1);
      await refused.unload?.();
    } finally {
      hub.close();
    }
  });

  it('says that a damaged file cannot be loaded, and lives on', async () => {
    const folder = writeTextClassifier(join(scratch, 'damaged'));
    writeFileSync(join(folder, 'onnx/model.onnx'), 'not a model');
    const model = connect(folder);
    await expect(model.call(classify('eval'), never())).rejects.toMatchObject({ fault: 'bad-request', message: /could not be loaded/ });
    writeTextClassifier(folder);
    expect(await classifications(model, classify('eval'))).toHaveLength(1);
  });
});

describe.skipIf(why !== null)(titled('a process with a model in ONNX', why), () => {
  it('lives until the model is unloaded, and ends by itself where one is still loaded', async () => {
    const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { hfLocal } from ${from('../../src/models/providers/hf-local.ts')};
      import { entryFor, never, providerEnv } from ${from('../fakes/provider-env.ts')};
      const entry = entryFor(hfLocal, { model: ${JSON.stringify(TEXT)}, settings: { device: 'cpu' } });
      const model = hfLocal.connect(entry, providerEnv());
      await model.warmUp(never());
      await model.unload();
      console.log('unloaded');
      await model.warmUp(never());
      console.log('loaded');
    `;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => said.push(part));
    const [code] = await once(child, 'close');
    expect([code, Buffer.concat(said).toString()]).toEqual([0, 'unloaded\nloaded\n']);
  }, 120_000);
});

describe.skipIf(why !== null)(titled('a token classifier in ONNX', why), () => {
  it('gives each marked token with its line, once, however the code was cut', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => (at % 10 === 4 ? 'let x = strcpy ( x ) ;' : 'return safe ;'));
    const model = connect(TOKENS, { task: 'token-classification', window_overlap: 10 });
    const reply = await model.call(classify(...texts), never());
    const { tokens } = tokenAnswerSchema.parse(JSON.parse(reply.text));
    expect(tokens.map(({ startLine, endLine, word, entity }) => [startLine, endLine, word, entity])).toEqual(
      [14, 24, 34, 44].map((line) => [line, line, 'strcpy', 'B-VULNERABLE']),
    );
    expect(reply.tokensIn).toBeGreaterThan(TINY_WINDOW);
  });

  it('has none where nothing is marked', async () => {
    const reply = await connect(TOKENS, { task: 'token-classification' }).call(classify('return safe'), never());
    expect(JSON.parse(reply.text)).toEqual({ tokens: [] });
  });
});

describe.skipIf(why !== null)(titled('a language model in ONNX', why), () => {
  const settings = { task: 'text-generation' };

  it('answers a prompt, and counts', async () => {
    const reply = await connect(LANGUAGE, settings).call(requestOf('x x x'), never());
    expect(reply).toMatchObject({ text: TINY_ANSWER, finish: 'complete', reason: null, tokensOut: 6 });
  });

  it('streams', async () => {
    const parts: string[] = [];
    const reply = await connect(LANGUAGE, settings).call(requestOf('x'), never(), (text) => parts.push(text));
    expect(parts.join('')).toBe(reply.text);
    expect(parts.length).toBeGreaterThan(1);
  });

  it('says where its answer was cut', async () => {
    const reply = await connect(LANGUAGE, settings).call(requestOf('x', { maxTokens: 3 }), never());
    expect(reply).toMatchObject({ text: TINY_ANSWER.slice(0, reply.text.length), finish: 'length', reason: /cut/, tokensOut: 3 });
  });

  it('refuses a prompt that does not fit, and never cuts it', async () => {
    await expect(connect(LANGUAGE, settings).call(requestOf('x '.repeat(100)), never())).rejects.toMatchObject({
      fault: 'too-large',
      message: /window of 64/,
    });
  });

  it('is given calls one after the other', async () => {
    const model = connect(LANGUAGE, settings);
    const replies = await Promise.all(Array.from({ length: 6 }, () => model.call(requestOf('x'), never())));
    expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 6 }, () => TINY_ANSWER));
  });
});

describe('hf_local', () => {
  it('names the command that installs its package where it is missing', async () => {
    const env = {
      ...providerEnv(),
      locatePackage: () => {
        throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    };
    const model = hfLocal.connect(entryFor(hfLocal, { model: TEXT, settings: { device: 'cpu', threads: 2 } }), env);
    await expect(model.call(classify('eval'), never())).rejects.toMatchObject({
      fault: 'not-found',
      message: /tested needs the package @huggingface\/transformers/,
      hint: /npm install @huggingface\/transformers@/,
    });
    expect(await model.health(never())).toMatchObject({ available: false, detail: /npm install @huggingface/ });
  });

  it.each([
    { task: undefined, reads: 'chunk', parserId: 'hf_classification', roles: ['triage'] },
    { task: 'token-classification', reads: 'chunk', parserId: 'hf_token_classification', roles: ['triage'] },
    { task: 'text-generation', reads: 'prompt', parserId: 'json_findings', roles: ['deep_scan'] },
  ])('reads and is read by its task: $task', ({ task, reads, parserId, roles }) => {
    const settings = task === undefined ? {} : { task };
    expect(hfLocal.reads({ model_name: 'x', settings })).toBe(reads);
    expect(hfLocal.defaults('x', settings)).toMatchObject({ parserId, roles });
  });
});

const real = process.env['AEGIS_TEST_ONNX'];
const whyNotReal = why ?? (real === undefined ? 'AEGIS_TEST_ONNX names no folder of a model' : null);

describe.skipIf(whyNotReal !== null)(titled('the model of AEGIS_TEST_ONNX', whyNotReal), () => {
  const task = process.env['AEGIS_TEST_ONNX_TASK'] ?? 'text-classification';
  it('answers in full', async () => {
    const model = connect(real ?? '', { task });
    const request =
      task === 'text-generation' ? requestOf('Say hello.', { maxTokens: 64 }) : classify('strcpy(buffer, argv[1]);', 'return 0;');
    const reply = await model.call(request, never());
    if (task === 'text-classification') expect(classificationAnswerSchema.parse(JSON.parse(reply.text)).classifications).toHaveLength(1);
    else if (task === 'token-classification') expect(tokenAnswerSchema.safeParse(JSON.parse(reply.text)).success).toBe(true);
    else expect(reply.text).not.toBe('');
  }, 300_000);
});
