import type { ModelRequest, Reply } from '#ports/provider.ts';
import { exchange } from '../_kit/exchange.ts';
import { exchangeStream, settleStream } from '../_kit/exchange-stream.ts';
import { measurePrompt } from '../_kit/prompt-cut.ts';
import type { Notice } from '../_kit/quirks.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { gatherAnswer } from '../_openai/gather-answer.ts';
import type { Shape } from '../_openai/request-shape.ts';
import { type Sampling, wordRequest } from '../_openai/word-request.ts';

/** A question to a language model, and how it is put. */
export interface ChatQuestion {
  /** The model's name, with `:provider` where one was chosen. */
  readonly name: string;
  readonly request: ModelRequest;
  readonly sampling: Sampling;
  readonly shape: Shape;
  readonly notice: Notice;
}

/** Asks for a chat completion, as a stream where somebody listens. Throws a `StatusFault` where the server refuses. */
export async function chat(question: ChatQuestion, target: Target, signal: AbortSignal, heard?: (text: string) => void): Promise<Reply> {
  const { shape } = question;
  const streamed = shape.stream === 'always' || (shape.stream === 'asked' && heard !== undefined);
  return streamed ? await hearCompletion(question, target, signal, heard) : await readCompletion(question, target, signal, heard);
}

async function readCompletion(
  { name, request, sampling, shape, notice }: ChatQuestion,
  target: Target,
  signal: AbortSignal,
  heard?: (text: string) => void,
): Promise<Reply> {
  const body = wordRequest(name, request, sampling, shape, false);
  const answer = gatherAnswer(target, notice);
  answer.take(
    await exchange(target, signal, async (fetch) => await (await open()).chatCompletion(addressed(body, target), { fetch, ...ONCE })),
  );
  const reply = answer.reply(measurePrompt(request.messages), false);
  if (reply.text !== '') heard?.(reply.text);
  return reply;
}

async function hearCompletion(
  { name, request, sampling, shape, notice }: ChatQuestion,
  target: Target,
  signal: AbortSignal,
  heard?: (text: string) => void,
): Promise<Reply> {
  const body = wordRequest(name, request, sampling, shape, true);
  const answer = gatherAnswer(target, notice);
  let told = false;
  const tell = (text: string) => {
    if (text === '') return;
    told = true;
    heard?.(text);
  };
  const stopped = await exchangeStream(
    target,
    signal,
    async (fetch) => tellFaults((await open()).chatCompletionStream(addressed(body, target), { fetch: tellWhole(fetch), ...ONCE })),
    (part) => tell(answer.take(part)),
  );
  const finished = answer.ended();
  const fault = finished ? null : (stopped ?? strangeAnswer(target, 'a stream without an end'));
  if (fault !== null && answer.isEmpty()) throw fault;
  const reply = settleStream(answer.reply(measurePrompt(request.messages), fault !== null), fault, finished);
  // Some of it is known at the end only: the arguments of a tool's call.
  if (!told) tell(reply.text);
  return reply;
}

/** The package repeats a call for ever where a model is loading. */
const ONCE = { retry_on_error: false };

type Body = Parameters<import('@huggingface/inference').InferenceClient['chatCompletion']>[0];

/** With an address the package neither asks the hub who serves the model nor sends the call anywhere else. */
function addressed(body: object, { url }: Target): Body {
  return { ...body, endpointUrl: url } as Body;
}

/** Hugging Face’s client, without a token: the real one is set by `exchange`. */
async function open() {
  const { InferenceClient } = await import('@huggingface/inference');
  return new InferenceClient();
}

/** A server that answers whole where it was asked for a stream: the package takes nothing but events. */
function tellWhole(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!/^application\/json\b/.test(response.headers.get('content-type') ?? '')) return response;
    const whole = JSON.stringify(await response.json());
    return new Response(`data: ${whole}\n\ndata: [DONE]\n\n`, {
      status: response.status,
      headers: { 'content-type': 'text/event-stream' },
    });
  };
}

/** An error that stands in the stream: the package throws it with its body, which is read as any other part. */
async function* tellFaults(parts: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* parts;
  } catch (error) {
    const response = error instanceof Error && 'httpResponse' in error ? error.httpResponse : null;
    const body = typeof response === 'object' && response !== null && 'body' in response ? response.body : null;
    if (typeof body === 'object' && body !== null && 'error' in body) yield body;
    throw error;
  }
}
