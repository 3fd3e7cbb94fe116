import { exchange } from '../_kit/exchange.ts';
import { exchangeStream, type StreamFault } from '../_kit/exchange-stream.ts';
import { readBody } from '../_kit/guarded-fetch.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import { readEvents } from '../_kit/stream-lines.ts';
import type { Target } from '../_kit/target.ts';

/** The far side of this API: a target, and what its address wants as a query (`api-version` of Azure). */
export interface ChatServer {
  readonly target: Target;
  readonly query: Readonly<Record<string, string>>;
}

type Client = import('openai').OpenAI;

/** The time limit stands around the call; the package's own must not come first. Timers take 31 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One exchange through OpenAI’s client. Nothing of it comes from the environment, and it neither retries nor logs. */
export async function ask(server: ChatServer, signal: AbortSignal, send: (client: Client) => Promise<unknown>): Promise<unknown> {
  return await exchange(server.target, signal, async (fetch) => await send(await createClient(server, fetch)));
}

/** How a stream ended. */
export interface StreamEnd {
  readonly stopped: StreamFault | null;
  /** True after `[DONE]`. */
  readonly done: boolean;
  /** True where the server answered whole instead. */
  readonly whole: boolean;
}

/** Asks for a stream and hears its parts; a server that does not stream is heard as one part. */
export async function listen(server: ChatServer, signal: AbortSignal, body: object, hear: (part: unknown) => void): Promise<StreamEnd> {
  let [done, whole] = [false, false];
  const open = async (fetch: typeof globalThis.fetch) => {
    const client = await createClient(server, fetch);
    const response = await client.post('/chat/completions', { body, headers: { accept: 'text/event-stream' } }).asResponse();
    whole = /^application\/json\b/.test(response.headers.get('content-type') ?? '');
    const finish = () => {
      done = true;
    };
    return whole ? readWhole(response, server.target) : readParts(response.body ?? new ReadableStream(), server.target, finish);
  };
  const stopped = await exchangeStream(server.target, signal, open, hear);
  return { stopped, done, whole };
}

async function* readWhole(response: Response, target: Target): AsyncGenerator<unknown> {
  yield parse(await readBody(response, target), target);
}

async function* readParts(body: AsyncIterable<Uint8Array>, target: Target, finish: () => void): AsyncGenerator<unknown> {
  for await (const data of readEvents(body)) {
    if (data.trim() === '') continue;
    if (data.startsWith('[DONE]')) {
      finish();
      return;
    }
    yield parse(data, target);
  }
}

function parse(text: string, target: Target): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw strangeAnswer(target, 'no JSON');
  }
}

async function createClient({ target, query }: ChatServer, fetch: typeof globalThis.fetch): Promise<Client> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: target.url,
    // The real key is set by `exchange`; the client refuses to be made without one.
    apiKey: 'unset',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultQuery: { ...query },
    maxRetries: 0,
    timeout: LONGEST_TIMER,
    logLevel: 'off',
    fetch,
  });
}
