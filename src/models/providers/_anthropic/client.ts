import { z } from 'zod';
import type { DiscoveredModel, Reply } from '#ports/provider.ts';
import { listedModel } from '../_cloud/vendor-catalogue.ts';
import { exchange } from '../_kit/exchange.ts';
import { exchangeStream, settleStream } from '../_kit/exchange-stream.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { faultOf, hearEvent, NOTHING_HEARD, readMessage, toReply } from './read-reply.ts';

/** Anthropic’s client for one exchange. Nothing of it comes from the environment, and it neither retries nor logs. */
async function openClient(target: Target, fetch: typeof globalThis.fetch) {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    baseURL: target.url,
    // The real key is set by `exchange`; without one, the client searches the machine for a login.
    apiKey: 'unset',
    webhookKey: null,
    maxRetries: 0,
    timeout: LONGEST_TIMER,
    logLevel: 'off',
    openTelemetry: false,
    fetch,
  });
}

/** Called by its path: the package’s own function writes warnings about old models to the console. */
const MESSAGES = '/v1/messages';

/** The time limit stands around the call; this one must not come first. Timers take 31 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One message, whole. Throws a `StatusFault` where the server refuses. */
export async function askMessage(target: Target, body: object, signal: AbortSignal): Promise<Reply> {
  return readMessage(
    await exchange(target, signal, async (fetch) => await (await openClient(target, fetch)).post<unknown>(MESSAGES, { body })),
    target,
  );
}

/** What is told of the model; a 404 where there is none of its name. */
export async function findModel(target: Target, signal: AbortSignal): Promise<unknown> {
  return await exchange(target, signal, async (fetch) => await (await openClient(target, fetch)).models.retrieve(target.model));
}

/** One message as a stream. Throws a `StatusFault` where the server refuses. */
export async function streamMessage(target: Target, body: object, signal: AbortSignal, tell: (text: string) => void): Promise<Reply> {
  let soFar = NOTHING_HEARD;
  const stopped = await exchangeStream(
    target,
    signal,
    async (fetch) =>
      tellFaults(
        await (await openClient(target, fetch)).post<AsyncIterable<unknown>>(MESSAGES, { body: { ...body, stream: true }, stream: true }),
      ),
    (event) => {
      const { heard, part } = hearEvent(event, soFar);
      soFar = heard;
      if (part !== '') tell(part);
    },
  );
  const finished = soFar.stopped !== null;
  return settleStream(toReply(soFar), stopped ?? (finished ? null : strangeAnswer(target, 'half an answer')), finished);
}

/** An error that stands in the stream: the package throws it with its body. */
async function* tellFaults(events: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* events;
  } catch (error) {
    const body = error instanceof Error && 'error' in error ? error.error : undefined;
    throw body == null ? error : faultOf(body);
  }
}

/** The models of the account. */
export async function listModels(target: Target, signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
  // One page of the most that is allowed: https://platform.claude.com/docs/en/api/models-list
  const page: unknown = await exchange(
    target,
    signal,
    async (fetch) => await (await openClient(target, fetch)).models.list({ limit: 1000 }),
  );
  const read = z.object({ data: z.array(z.object({ id: z.string(), max_input_tokens: z.number().nullish() })) }).safeParse(page);
  if (!read.success) throw strangeAnswer(target, 'something else than a list of models');
  return read.data.data.map(({ id, max_input_tokens }) => listedModel(id, max_input_tokens));
}
