import { afterEach, describe, expect, it } from 'vitest';
import { InputError, UnavailableError } from '#model/errors.ts';
import { type Behaviour, type ModelServer, startModelServer } from '../../../test/fakes/model-server.ts';
import { patientFetch } from '../calls/patient-fetch.ts';
import { searchHub } from './search-hub.ts';

const CODEBERT = {
  _id: '6234',
  id: 'mrm8488/codebert-base-finetuned-detect-insecure-code',
  private: false,
  pipeline_tag: 'text-classification',
  downloads: 1234,
  likes: 36,
  gated: false,
  lastModified: '2023-05-30T18:33:28.000Z',
  tags: ['transformers', 'pytorch', 'roberta', 'text-classification'],
};

let server: ModelServer;
afterEach(() => server?.close());

const never = new AbortController().signal;

/** A hub that finds what is asked for: https://huggingface.co/docs/hub/api#get-apimodels */
async function startHub(behaviour: Behaviour | ((hub: string) => Behaviour)) {
  server = await startModelServer(({ path }) => {
    const behaved = typeof behaviour === 'function' ? behaviour(server.url) : behaviour;
    return path.startsWith('/api/models?') ? behaved : { kind: 'json', status: 404, body: { error: 'not found' } };
  });
  return { fetch: patientFetch, endpoint: server.url, limit: 20 };
}
const list = (...models: readonly unknown[]): Behaviour => ({ kind: 'json', body: models });
const asked = () => new URL(server.requests[0]?.path ?? '', server.url).searchParams;

describe('a search of the hub', () => {
  it('tells what matters for choosing a model', async () => {
    const gguf = { ...CODEBERT, id: 'a/b-GGUF', pipeline_tag: undefined, gated: 'manual', tags: ['gguf', 'onnx'], downloads: null };
    const found = await searchHub('codebert', await startHub(list(CODEBERT, gguf)), never);
    expect(found).toEqual([
      {
        name: CODEBERT.id,
        task: 'text-classification',
        downloads: 1234,
        likes: 36,
        gated: false,
        hasOnnx: false,
        hasGguf: false,
        updatedAt: '2023-05-30T18:33:28.000Z',
      },
      expect.objectContaining({ name: 'a/b-GGUF', task: null, gated: true, hasOnnx: true, hasGguf: true, downloads: null }),
    ]);
  });

  it('asks for words, a task, and no more than it gives', async () => {
    await searchHub('detect insecure', { ...(await startHub(list())), task: 'text-classification', limit: 5000, token: 'hf_token' }, never);
    expect(Object.fromEntries(asked())).toMatchObject({
      search: 'detect insecure',
      pipeline_tag: 'text-classification',
      sort: 'downloads',
      limit: '100',
    });
    expect(server.requests[0]?.headers['authorization']).toBe('Bearer hf_token');
  });

  it('sends no token where there is none', async () => {
    await searchHub('x', await startHub(list()), never);
    expect(server.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('stays with one page, wherever the hub says that there are more', async () => {
    const options = await startHub(
      (hub) => ({ ...list(CODEBERT), headers: { link: `<${hub}/api/models?cursor=2>; rel="next"` } }) as Behaviour,
    );
    expect(await searchHub('x', options, never)).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
  });

  it('passes over what is no model, and over dates that are none', async () => {
    const found = await searchHub(
      'x',
      await startHub(list(7, null, { id: '' }, { ...CODEBERT, lastModified: 'yesterday', likes: 'many' })),
      never,
    );
    expect(found).toMatchObject([{ name: CODEBERT.id, updatedAt: null, likes: null }]);
  });
});

describe('a hub that cannot be asked', () => {
  const json = (status: number): Behaviour => ({ kind: 'json', status, body: { error: 'secret words of hf_token' } });
  it.each([
    { name: 'wants another token', behaviour: json(401), says: 'refused the token', hint: 'HF_TOKEN' },
    { name: 'limits the rate', behaviour: json(429), says: 'rate limit', hint: 'Wait' },
    { name: 'fails', behaviour: json(503), says: 'it failed (HTTP 503)', hint: 'later' },
    { name: 'is none', behaviour: json(404), says: 'does not know the search', hint: 'HF_ENDPOINT' },
    {
      name: 'has moved',
      behaviour: { kind: 'text', status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } } as const,
      says: 'redirects',
      hint: 'HF_ENDPOINT',
    },
    {
      name: 'is a page',
      behaviour: { kind: 'text', body: '<html>', contentType: 'text/html' } as const,
      says: 'something else',
      hint: 'HF_ENDPOINT',
    },
    { name: 'answers with another form', behaviour: { kind: 'json', body: 'hello' } as const, says: 'something else', hint: 'HF_ENDPOINT' },
    { name: 'drops the connection', behaviour: { kind: 'drop' } as const, says: 'the connection was dropped', hint: 'mirror' },
    {
      name: 'stops half way',
      behaviour: { kind: 'half', body: JSON.stringify([CODEBERT]) } as const,
      says: 'the connection was dropped',
      hint: 'mirror',
    },
  ])('$name, and says so in one sentence', async ({ behaviour, says, hint }) => {
    const error = await searchHub('x', { ...(await startHub(behaviour)), token: 'hf_token' }, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnavailableError);
    const { message, hint: told } = error as UnavailableError;
    expect(message).toContain(server.url);
    expect(message).toContain(says);
    expect(told).toContain(hint);
    expect(`${message} ${told}`).not.toMatch(/secret words|hf_token|\n/);
  });

  it('is not there', async () => {
    const options = await startHub(list());
    await server.close();
    await expect(searchHub('x', options, never)).rejects.toMatchObject({
      message: `The Hugging Face hub at ${server.url} could not be asked: the connection was refused`,
      hint: expect.stringContaining('HF_ENDPOINT'),
    });
  });

  it('has a name that nobody knows', async () => {
    const options = { fetch: patientFetch, endpoint: 'http://hub.invalid', limit: 5 };
    await expect(searchHub('x', options, never)).rejects.toThrow(
      /hub\.invalid could not be asked: (the name of the host is not known|the connection)/,
    );
  });

  it('hangs, and is let go when nobody waits any more', async () => {
    const stop = new AbortController();
    const searching = searchHub('x', await startHub({ kind: 'hang' }), stop.signal).catch((thrown: unknown) => thrown);
    await expect.poll(() => server.requests.length).toBe(1);
    stop.abort();
    expect(await searching).toMatchObject({ message: expect.stringContaining('was cancelled') });
    expect(await server.requests[0]?.abandoned).toBeGreaterThan(0);
  });

  it.each([
    { name: 'no words', query: ' ', options: {} },
    { name: 'words without end', query: 'x'.repeat(300), options: {} },
    { name: 'an address that is none', query: 'x', options: { endpoint: 'https://me:secret@hub.example' } },
    { name: 'a task that is none', query: 'x', options: { task: 'A&b=c' } },
    { name: 'a token with a line end', query: 'x', options: { token: 'hf_a\nb' } },
  ])('is not asked with $name', async ({ query, options }) => {
    const error = await searchHub(query, { fetch: patientFetch, limit: 5, ...options }, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).not.toMatch(/secret|hf_a/);
  });
});
