import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { patientFetch } from '../../calls/patient-fetch.ts';
import { describeNetwork } from './describe-network.ts';
import { exchange } from './exchange.ts';
import { familyOf } from './family.ts';
import { quoteServer } from './quote-server.ts';
import { StatusFault } from './status-fault.ts';
import type { Target } from './target.ts';

const target = (url = 'http://models.example/v1', fetch: typeof globalThis.fetch = patientFetch): Target => ({
  ...{ model: 'm', url, authorization: 'Bearer sk-0123456789', keyName: 'KEY', fetch },
  advice: { unreachable: 'Start it.', unknownModel: 'Pull it.', tooLarge: 'Cut it.' },
});
const signal = new AbortController().signal;

describe('what a refusal says', () => {
  it.each([
    {
      name: 'OpenAI',
      body: '{"error":{"message":"no","param":"seed","code":"X","type":"y"}}',
      read: { said: 'no', param: 'seed', kind: 'x y' },
    },
    { name: 'Ollama', body: '{"error":"model not found"}', read: { said: 'model not found', param: '', kind: '' } },
    {
      name: 'Ollama, with the words of its engine within',
      body: JSON.stringify({ error: JSON.stringify({ error: { code: 400, message: 'too long', type: 'exceed_context_size_error' } }) }),
      read: { said: 'too long', kind: 'exceed_context_size_error' },
    },
    { name: 'Google', body: '[{"error":{"message":"no","status":"INVALID_ARGUMENT"}}]', read: { said: 'no', kind: 'invalid_argument' } },
    {
      name: 'FastAPI',
      body: '{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"no"}]}',
      read: { said: 'no seed', param: 'seed' },
    },
    { name: 'a plain message', body: '{"message":"no"}', read: { said: 'no' } },
    {
      name: 'Replicate',
      body: '{"title":"Insufficient credit","detail":"no","status":402}',
      read: { said: 'no', kind: 'insufficient credit' },
    },
    { name: 'Hugging Face', body: '{"error":"no","error_type":"Validation"}', read: { said: 'no', kind: 'validation' } },
    {
      name: 'Google, with how long to wait',
      body: '{"error":{"message":"no","details":[{"reason":"QUOTA"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"2.5s"}]}}',
      read: { said: 'no', kind: 'quota', retryAfterMs: 2500 },
    },
    { name: 'Replicate, with how long to wait', body: '{"detail":"no","retry_after":5}', read: { retryAfterMs: 5000 } },
    { name: 'Hugging Face, with how long to wait', body: '{"error":"loading","estimated_time":20.1}', read: { retryAfterMs: 20_100 } },
    { name: 'a wait that is none', body: '{"retry_after":"soon","estimated_time":-1}', read: { retryAfterMs: null } },
    { name: 'plain text', body: 'no', read: { said: 'no', param: '', kind: '' } },
    { name: 'nothing', body: '', read: { said: '', param: '', kind: '' } },
    { name: 'null', body: 'null', read: { said: 'null' } },
    { name: 'fields of other types', body: '{"error":{"message":{"a":1},"param":3,"code":4}}', read: { param: '', kind: '' } },
  ])('is read from $name', ({ body, read }) => expect(new StatusFault(400, body, new Headers())).toMatchObject(read));

  it('stays out of the error’s own message', () => expect(new StatusFault(400, 'secret words', new Headers()).message).toBe('HTTP 400'));
});

describe('what may be quoted', () => {
  const messages = [{ role: 'user', content: 'const password =\n   "hunter2hunter2";' }] as const;
  it.each([
    { name: 'a short line', said: 'The moon is in\nthe wrong house', quote: ': “The moon is in the wrong house”' },
    { name: 'nothing of the prompt, whatever its white space', said: 'bad input: password = "hunter2', quote: '' },
    { name: 'nothing of the key', said: 'bad key 0123456789', quote: '' },
    { name: 'no web page', said: '<html>no</html>', quote: '' },
    { name: 'no JSON', said: '{"a":1}', quote: '' },
    { name: 'nothing', said: '  ', quote: '' },
  ])('is $name', ({ said, quote }) => expect(quoteServer(said, messages, ['Bearer sk-0123456789'])).toBe(quote));

  it('is cut to a line', () => expect(quoteServer('word '.repeat(500), [], []).length).toBeLessThan(170));
});

describe('faults of the network', () => {
  const withCode = (code: string) => Object.assign(new Error('header: Bearer sk-0123456789'), { code });
  it.each([
    { error: withCode('ECONNREFUSED'), says: 'the connection was refused', fault: 'unreachable' },
    {
      error: new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }),
      says: 'the name of the host is not known',
      fault: 'unreachable',
    },
    { error: new AggregateError([withCode('ECONNREFUSED')]), says: 'the connection was refused', fault: 'unreachable' },
    { error: withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), says: 'its TLS certificate is not trusted', fault: 'unreachable' },
    { error: withCode('EPROTO'), says: 'it does not speak TLS', fault: 'unreachable' },
    {
      error: new TypeError('fetch failed', { cause: withCode('UND_ERR_HEADERS_TIMEOUT') }),
      says: 'it was silent for too long',
      fault: 'timeout',
    },
    { error: withCode('EWEIRD'), says: 'the connection failed (EWEIRD)', fault: 'unreachable' },
    { error: 'a string', says: 'the connection failed', fault: 'unreachable' },
  ])('are told by their code: $says', ({ error, says, fault }) => {
    const described = describeNetwork(error, target(), signal);
    expect(described).toMatchObject({ message: `No answer from m at http://models.example/v1: ${says}`, fault });
    expect(described.cause).toBeUndefined();
  });

  it('are cancellations once the signal says so', () => {
    expect(describeNetwork(withCode('ECONNRESET'), target(), AbortSignal.abort())).toMatchObject({ fault: 'cancelled' });
  });

  it.each([
    { name: 'a host that does not exist', url: 'http://no-such-host.invalid/v1', says: 'the name of the host is not known' },
    { name: 'a port where nobody listens', url: 'http://127.0.0.1:1/v1', says: 'the connection was refused' },
  ])('are told of $name', async ({ url, says }) => {
    await expect(exchange(target(url), signal, (fetch) => fetch(url))).rejects.toThrow(says);
  });

  it('are told of a server that speaks something else', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    await expect(exchange(target(url), signal, (fetch) => fetch(url))).rejects.toThrow('it does not speak HTTP');
    server.close();
  });
});

describe('an exchange', () => {
  const answering = (body: string | ReadableStream) => target(undefined, async () => new Response(body));

  it('reads no more than 16 MB', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) });
    await expect(exchange(answering(endless), signal, (fetch) => fetch('http://x'))).rejects.toThrow('sent more than 16 MB');
  });

  it('blames the answer when the vendor’s package chokes on it', async () => {
    await expect(
      exchange(answering('{}'), signal, async (fetch) => {
        await fetch('http://x');
        throw new TypeError('Cannot read properties of undefined');
      }),
    ).rejects.toMatchObject({ fault: 'protocol' });
  });
});

describe('familyOf', () => {
  it.each([
    ['qwen2.5-coder:7b', 'qwen'],
    ['codellama:13b', 'llama'],
    ['meta-llama/Llama-3.1-8B-Instruct', 'llama'],
    ['deepseek-r1-distill-qwen:7b', 'deepseek'],
    ['devstral-small', 'mistral'],
    ['gpt-5-mini', 'gpt'],
    ['o3-mini', 'gpt'],
    ['anthropic/claude-sonnet-4', 'claude'],
    ['phi4', 'phi'],
    ['acme/sentinel-7b', 'sentinel'],
    ['7b', '7b'],
  ])('%s is of %s', (name, family) => expect(familyOf(name)).toBe(family));
});
