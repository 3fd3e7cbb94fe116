import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, type ModelServer, startModelServer } from '../../../test/fakes/model-server.ts';
import { patientFetch } from './patient-fetch.ts';

let server: ModelServer | undefined;
afterEach(() => server?.close());

async function serve(behaviour: Behaviour): Promise<ModelServer> {
  server = await startModelServer(() => behaviour);
  return server;
}

describe('a fetch that waits as long as its signal lets it', () => {
  it('sends what it is given, and gives what it gets', async () => {
    const { url, requests } = await serve({ kind: 'json', status: 201, body: { fine: 'größer' }, headers: { 'x-one': '1' } });
    const response = await patientFetch(`${url}/v1/chat?x=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-key': 'k' },
      body: JSON.stringify({ text: 'ä€😀' }),
    });
    expect([response.status, response.headers.get('x-one'), await response.json()]).toEqual([201, '1', { fine: 'größer' }]);
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat?x=1', body: { text: 'ä€😀' }, headers: { 'x-key': 'k' } });
  });

  it('gives a body as it arrives', async () => {
    const { url } = await serve({ kind: 'stream', contentType: 'text/plain', pieces: ['one ', 'two'], gapMs: 30 });
    const parts: string[] = [];
    const decoder = new TextDecoder();
    for await (const part of (await patientFetch(url)).body ?? []) parts.push(decoder.decode(part));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join('')).toBe('one two');
  });

  it('follows no redirect', async () => {
    const { url, requests } = await serve({ kind: 'text', status: 302, body: '', headers: { location: '/elsewhere' } });
    expect((await patientFetch(url)).status).toBe(302);
    expect(requests).toHaveLength(1);
  });

  it.each([
    { name: 'before an answer', behaviour: { kind: 'hang' } },
    { name: 'while the body arrives', behaviour: { kind: 'stream', contentType: 'text/plain', pieces: ['a', 'b', 'c'], gapMs: 10_000 } },
  ] as const)('lets go of its socket within 100 ms of its signal $name', { retry: 3 }, async ({ behaviour }) => {
    const { url, requests } = await serve(behaviour);
    const stop = new AbortController();
    const reading = patientFetch(url, { signal: stop.signal }).then((response) => response.text());
    reading.catch(() => undefined);
    await expect.poll(() => requests.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stoppedAt = performance.now();
    stop.abort();
    await expect(reading).rejects.toThrow();
    expect(((await requests[0]?.abandoned) ?? Number.NaN) - stoppedAt).toBeLessThan(100);
  });

  it.each([
    { name: 'no server', behaviour: null },
    { name: 'a connection that is dropped', behaviour: { kind: 'drop' } },
  ] as const)('fails on $name', async ({ behaviour }) => {
    const { url } = await serve(behaviour ?? { kind: 'hang' });
    if (behaviour === null) await server?.close();
    await expect(patientFetch(url)).rejects.toThrow();
  });
});
