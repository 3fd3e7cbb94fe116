import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/fakes/chunk-of.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { plugin } from './plugin.ts';

const PROMPT = 'const theSecretSource = readIt();';
const env = providerEnv({ MY_KEY: 'k1', LONG_KEY: 'sk-plugged-0123456789' });
const connect = (name: string, settings: Record<string, unknown> = {}) =>
  plugin.connect(entryFor(plugin, { model: `./test/fakes/plugins.mjs#${name}`, settings }), env);
const request = requestOf(PROMPT, { chunk: chunkOf({ 'a.js': 'x' }) });
const faultOf = (calling: Promise<unknown>) => calling.catch((error: unknown) => error);

describe('a plug-in answers', () => {
  it.each([
    { name: 'a text', of: 'answers', reply: { text: '{"findings":[]}', finish: 'complete', reason: null, tokensIn: null } },
    { name: 'findings', of: 'findings', reply: { text: '{"findings":[{"title":"x","path":"a.js"}]}', finish: 'complete' } },
    {
      name: 'a reply',
      of: 'reply',
      reply: { text: 'cut', finish: 'length', reason: 'the plug-in gave no reason', tokensIn: 3, tokensOut: null },
    },
  ])('$name', async ({ of, reply }) => expect(await connect(of).call(request, never())).toMatchObject(reply));

  it('and is heard on the way', async () => {
    const heard: string[] = [];
    await connect('streams').call(request, never(), (text) => heard.push(text));
    expect(heard.join('')).toBe('{"findings":[]}');
  });

  it('with its own settings and key, where it connects itself', async () => {
    const model = connect('full', { options: { word: 'hello' }, api_key: 'env:MY_KEY' });
    expect(await model.call(request, never())).toMatchObject({ text: 'hello k1' });
    expect(await model.identity?.(never())).toBe('version 1');
    expect(await model.health(never())).toEqual({ available: true, detail: 'Connected.' });
  });

  it('is not kept where it does not say what decides its answers', async () => {
    expect(await connect('answers').identity?.(never())).toBeNull();
  });
});

describe('a plug-in that fails', () => {
  it.each([
    { name: 'throws', of: 'throws', fault: 'server', message: /failed: “no dictionary”$/ },
    { name: 'repeats the prompt', of: 'repeats', fault: 'server', message: /failed$/ },
    { name: 'answers nonsense', of: 'nonsense', fault: 'protocol', message: /none of the forms/ },
    { name: 'answers a circle', of: 'circular', fault: 'protocol', message: /none of the forms/ },
    { name: 'is no object', of: 'number', fault: 'bad-request', message: /is no model: its export/ },
    { name: 'connects to nothing', of: 'badConnect', fault: 'bad-request', message: /is no model: its `connect`/ },
    { name: 'is not exported', of: 'missing', fault: 'bad-request', message: /exports no missing$/ },
  ])('because it $name', async ({ of, fault, message }) => {
    const error = (await faultOf(connect(of).call(request, never()))) as Error;
    expect(error).toMatchObject({ fault, message: expect.stringMatching(message) });
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/\n|theSecretSource/);
  });

  it.each([
    { name: 'the code that it was handed', of: 'repeatsCode', settings: { reads: 'chunk' } },
    { name: 'its key', of: 'repeatsKey', settings: { api_key: 'env:LONG_KEY' } },
  ])('and repeats $name is not quoted', async ({ of, settings }) => {
    const handed = requestOf('', { messages: [], chunk: chunkOf({ 'a.js': `${PROMPT}\n` }) });
    const error = (await faultOf(connect(of, settings).call(handed, never()))) as Error;
    expect(error.message).toMatch(/failed$/);
  });

  it('because it hangs ends with the signal', async () => {
    const stop = new AbortController();
    const calling = faultOf(connect('hangs').call(request, stop.signal));
    const asking = connect('hangs').health(stop.signal);
    setTimeout(() => stop.abort(), 20);
    expect(await calling).toMatchObject({ fault: 'cancelled' });
    expect(await asking).toMatchObject({ available: false });
  });

  it('because its module is not there, or cannot be read, is told when it is called and not before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aegis-test-plugin-'));
    await writeFile(join(folder, 'broken.mjs'), 'export const x = {');
    const at = (model: string) => plugin.connect(entryFor(plugin, { model }), { ...env, baseFolder: folder });
    const missing = at('./missing.mjs#x');
    expect(await faultOf(missing.call(request, never()))).toMatchObject({
      fault: 'bad-request',
      message: expect.stringContaining('is not there'),
    });
    expect(await missing.health(never())).toMatchObject({ available: false });
    expect(await faultOf(at('./broken.mjs#x').call(request, never()))).toMatchObject({
      message: expect.stringContaining('cannot be loaded'),
    });
    expect(await faultOf(at('no-such-package#x').call(request, never()))).toMatchObject({ fault: 'bad-request' });
    await rm(folder, { recursive: true });
  });

  it.each(['./a.mjs', '#x', './a.mjs#', './a.mjs#not a name'])('because its name is %s is refused at once', (model) =>
    expect(() => plugin.connect(entryFor(plugin, { model }), env)).toThrow(/names no export/),
  );

  it.each([
    { of: 'ill', health: { available: false, detail: 'No weights.' } },
    { of: 'answers', health: { available: true } },
    { of: 'strangeHealth', health: { available: false } },
  ])('or not, says so of its health: $of', async ({ of, health }) => expect(await connect(of).health(never())).toMatchObject(health));
});
