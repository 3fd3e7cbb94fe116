import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, type ModelServer, startModelServer } from '../../../../test/fakes/model-server.ts';
import { patientFetch } from '../../calls/patient-fetch.ts';
import { exchangeStream, settleStream } from './exchange-stream.ts';
import { StatusFault } from './status-fault.ts';
import { strangeAnswer } from './strange-answer.ts';
import { readEvents, readLines } from './stream-lines.ts';
import type { Target } from './target.ts';

let server: ModelServer;
afterEach(() => server?.close());

const target = (changes: Partial<Target> = {}): Target => ({
  ...{ model: 'm', url: server?.url ?? 'http://x', authorization: null, keyName: null, fetch: patientFetch },
  advice: { unreachable: 'Start it.', unknownModel: 'Pull it.', tooLarge: 'Cut it.' },
  ...changes,
});
const never = new AbortController().signal;
const stream = (pieces: readonly string[], more: object = {}): Behaviour => ({
  ...{ kind: 'stream', contentType: 'text/event-stream', pieces, gapMs: 5 },
  ...more,
});

async function listen(behaviour: Behaviour, signal = never, changes: Partial<Target> = {}) {
  server = await startModelServer(() => behaviour);
  const heard: string[] = [];
  const stopped = await exchangeStream(target(changes), signal, opening(), (part) => heard.push(part));
  return { heard, stopped };
}
const opening = () => async (fetch: typeof globalThis.fetch) => readEvents((await fetch(server.url)).body ?? new ReadableStream());

describe('an exchange with a stream', () => {
  it('hears each part and comes to its end', async () => {
    expect(await listen(stream(['data: a\n\n', ': keep-alive\n\n', 'data: b\n\n']))).toEqual({ heard: ['a', 'b'], stopped: null });
  });

  it('keeps what it heard when the connection is dropped half way', async () => {
    const { heard, stopped } = await listen(stream(['data: a\n\n', 'data: b'], { dropAtEnd: true }));
    expect(heard).toEqual(['a']);
    expect(stopped).toMatchObject({ fault: 'unreachable' });
    expect(stopped?.message).toContain('the connection was dropped before the answer was complete');
  });

  it.each([
    {
      name: 'a refusal',
      behaviour: { kind: 'json', status: 429, body: { error: 'slow down' } },
      error: { status: 429, said: 'slow down' },
    },
    { name: 'a dropped connection', behaviour: { kind: 'drop' }, error: { fault: 'unreachable' } },
    { name: 'a web page', behaviour: { kind: 'text', contentType: 'text/html', body: '<p>' }, error: { fault: 'protocol' } },
    { name: 'a redirect', behaviour: { kind: 'text', status: 302, body: '', headers: { location: '/' } }, error: { status: 302 } },
  ] as const)('throws $name before the stream', async ({ behaviour, error }) => {
    await expect(listen(behaviour)).rejects.toMatchObject(error);
  });

  it('takes a fault that stands in the stream from its reader', async () => {
    server = await startModelServer(() => stream(['data: a\n\n', 'data: error\n\n', 'data: b\n\n']));
    const inside = new StatusFault(529, 'overloaded', new Headers());
    const heard: string[] = [];
    const stopped = await exchangeStream(target(), never, opening(), (part) => {
      if (part === 'error') throw inside;
      heard.push(part);
    });
    expect(stopped).toBe(inside);
    expect(heard).toEqual(['a']);
  });

  it('blames the stream when the vendor’s package chokes on it', async () => {
    server = await startModelServer(() => stream(['data: a\n\n']));
    const stopped = await exchangeStream(target(), never, opening(), () => {
      throw new SyntaxError('Unexpected token');
    });
    expect(stopped).toMatchObject({ fault: 'protocol' });
  });

  it('reads no more than 16 MB', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${'x'.repeat(1 << 20)}\n\n`)),
    });
    const { heard, stopped } = await listen(stream([]), never, { fetch: async () => new Response(endless) });
    expect(stopped?.message).toContain('more than 16 MB');
    expect(heard.length).toBeLessThan(17);
  });

  it.each([
    { name: 'a package that tells of it', open: opening },
    {
      name: 'a package that ends without a word',
      open: () => async (fetch: typeof globalThis.fetch) => {
        const parts = await opening()(fetch);
        return (async function* () {
          try {
            yield* parts;
          } catch {}
        })();
      },
    },
  ])('ends with its signal and frees the socket, with $name', { retry: 3 }, async ({ open }) => {
    server = await startModelServer(() => stream(['data: a\n\n', 'data: b\n\n'], { gapMs: 60_000 }));
    const stop = new AbortController();
    let heard = 0;
    const calling = exchangeStream(target(), stop.signal, open(), () => {
      heard += 1;
    }).catch((error: unknown) => error);
    await expect.poll(() => heard).toBe(1);
    const stoppedAt = performance.now();
    stop.abort();
    expect(await calling).toMatchObject({ fault: 'cancelled' });
    expect(((await server.requests[0]?.abandoned) ?? 0) - stoppedAt).toBeLessThan(100);
  });

  it('lets go of the socket when its reader has heard enough', async () => {
    server = await startModelServer(() => stream(['data: a\n\n', 'data: b\n\n'], { gapMs: 60_000 }));
    const first = async (fetch: typeof globalThis.fetch) => {
      const parts = await opening()(fetch);
      return (async function* () {
        for await (const part of parts) {
          yield part;
          return;
        }
      })();
    };
    expect(await exchangeStream(target(), never, first, () => {})).toBeNull();
    expect(await server.requests[0]?.abandoned).toBeGreaterThan(0);
  });

  it('sends the headers of the target and none of the package’s', async () => {
    server = await startModelServer(() => stream(['data: a\n\n']));
    const open = async (fetch: typeof globalThis.fetch) =>
      readEvents((await fetch(server.url, { headers: { 'x-stray': '1', accept: 'text/event-stream' } })).body ?? new ReadableStream());
    await exchangeStream(target({ headers: { 'x-api-key': 'k' } }), never, open, () => {});
    expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': 'k', accept: 'text/event-stream' });
    expect(server.requests[0]?.headers).not.toHaveProperty('x-stray');
  });
});

describe('a stream that stopped', () => {
  const fault = strangeAnswer(target(), 'nothing');
  const reply = { text: 'some', finish: 'complete', reason: null, tokensIn: 1, tokensOut: 2 } as const;
  it('is a cut answer when text had come', () => {
    expect(settleStream(reply, fault, false)).toEqual({ ...reply, finish: 'length', reason: 'the stream stopped half way' });
  });
  it('is a fault when none had', () => expect(() => settleStream({ ...reply, text: '' }, fault, false)).toThrow(fault));
  it('is whole when the server had said how it ends', () => expect(settleStream(reply, fault, true)).toBe(reply));
  it('stays a refusal', () => expect(settleStream({ ...reply, finish: 'refused' }, fault, false)).toMatchObject({ finish: 'refused' }));
});

describe('the lines of a stream', () => {
  const inPieces = async function* (text: string, size: number) {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  };
  const all = async (parts: AsyncIterable<string>) => {
    const found: string[] = [];
    for await (const part of parts) found.push(part);
    return found;
  };

  it('are the same however the network cuts them', async () => {
    const text = fc.array(fc.stringMatching(/^[^\r\n]{1,12}$/u), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), fc.constantFrom('\n', '\r\n'), async (lines, size, end) => {
        const clean = lines.map((line) => line.toWellFormed?.() ?? line).map((line) => line.replace(/^\uFEFF/, 'x'));
        expect(await all(readLines(inPieces(clean.join(end), size)))).toEqual(clean);
        const events = clean.map((line) => `data: ${line}${end}${end}`).join(`: ping${end}${end}`);
        expect(await all(readEvents(inPieces(events, size)))).toEqual(clean);
      }),
    );
  });

  it.each([
    { name: 'data over several lines', text: 'data: a\ndata: b\n\n', events: ['a\nb'] },
    { name: 'no space after the colon', text: 'data:a\n\n', events: ['a'] },
    { name: 'ids, names and comments between', text: 'id: 1\nevent: x\n: hi\ndata: a\n\n', events: ['a'] },
    { name: 'a last event without its empty line', text: 'data: a\n\ndata: b', events: ['a', 'b'] },
    { name: 'a byte-order mark', text: '\uFEFFdata: a\n\n', events: ['a'] },
    { name: 'nothing', text: '', events: [] },
  ])('are read with $name', async ({ text, events }) => expect(await all(readEvents(inPieces(text, 3)))).toEqual(events));
});
