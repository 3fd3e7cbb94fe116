import { exchange } from '../_kit/exchange.ts';
import { exchangeStream, type StreamFault } from '../_kit/exchange-stream.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import { readLines } from '../_kit/stream-lines.ts';
import type { Target } from '../_kit/target.ts';

type Client = import('ollama').Ollama;

/** One exchange through Ollama's package. */
export async function ask(target: Target, signal: AbortSignal, send: (client: Client) => Promise<unknown>): Promise<unknown> {
  const { Ollama } = await import('ollama');
  return await exchange(target, signal, async (fetch) => await send(new Ollama({ host: target.url, fetch })));
}

/**
 * A stream through Ollama's package, which begins it. Its lines are read here: the package writes to the console where
 * one is no JSON.
 */
export async function listen(
  target: Target,
  signal: AbortSignal,
  begin: (client: Client) => Promise<unknown>,
  hear: (part: unknown) => void,
): Promise<StreamFault | null> {
  const { Ollama } = await import('ollama');
  const open = async (fetch: typeof globalThis.fetch) => {
    let body: AsyncIterable<Uint8Array> = new ReadableStream();
    const keepBody: typeof globalThis.fetch = async (input, init) => {
      const response = await fetch(input, init);
      body = response.body ?? new ReadableStream();
      return response;
    };
    await begin(new Ollama({ host: target.url, fetch: keepBody }));
    return parseLines(body, target);
  };
  return await exchangeStream(target, signal, open, hear);
}

async function* parseLines(body: AsyncIterable<Uint8Array>, target: Target): AsyncGenerator<unknown> {
  for await (const line of readLines(body)) {
    if (line.trim() === '') continue;
    let part: unknown;
    try {
      part = JSON.parse(line);
    } catch {
      throw strangeAnswer(target, 'no JSON');
    }
    yield part;
    if (isLast(part)) return;
  }
}

function isLast(part: unknown): boolean {
  return (
    typeof part === 'object' && part !== null && (('done' in part && part.done === true) || ('status' in part && part.status === 'success'))
  );
}
