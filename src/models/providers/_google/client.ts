import type { GenerateContentParameters } from '@google/genai';
import { z } from 'zod';
import type { DiscoveredModel, Reply } from '#ports/provider.ts';
import { listedModel } from '../_cloud/vendor-catalogue.ts';
import { exchange } from '../_kit/exchange.ts';
import { exchangeStream, settleStream } from '../_kit/exchange-stream.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { hasEnded, hearAnswer, NOTHING_HEARD, toReply } from './read-reply.ts';

/** Google’s client for one exchange. Nothing of it comes from the environment, and it does not retry. */
async function openModels(target: Target, fetch: typeof globalThis.fetch) {
  const { GoogleGenAI } = await import('@google/genai');
  // The real key is set by `exchange`.
  const options = { apiKey: 'unset', vertexai: false, httpOptions: { baseUrl: target.url, fetch } };
  return quietly(() => new GoogleGenAI(options)).models;
}

/** The client reads keys from the environment even where it is given one, and warns on the console where it finds two. */
function quietly<T>(make: () => T): T {
  // biome-ignore lint/suspicious/noConsole: it is kept from a package, for the length of one synchronous call.
  const said = console.warn;
  console.warn = () => {};
  try {
    return make();
  } finally {
    console.warn = said;
  }
}

/** One answer, whole. Throws a `StatusFault` where the server refuses. */
export async function askAnswer(target: Target, body: GenerateContentParameters, signal: AbortSignal): Promise<Reply> {
  const answer = await exchange(target, signal, async (fetch) => await (await openModels(target, fetch)).generateContent(body));
  const read = hearAnswer(answer, NOTHING_HEARD);
  if (read === null) throw strangeAnswer(target, 'an answer of another form than expected');
  return toReply(read.heard);
}

/** What is told of the model; a 404 where there is none of its name. */
export async function findModel(target: Target, signal: AbortSignal): Promise<unknown> {
  return await exchange(target, signal, async (fetch) => await (await openModels(target, fetch)).get({ model: target.model }));
}

/** One answer as a stream. Throws a `StatusFault` where the server refuses. */
export async function streamAnswer(
  target: Target,
  body: GenerateContentParameters,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Reply> {
  let soFar = NOTHING_HEARD;
  const stopped = await exchangeStream(
    target,
    signal,
    async (fetch) => tellFaults(await (await openModels(target, fetch)).generateContentStream(body)),
    (answer) => {
      const read = hearAnswer(answer, soFar);
      if (read === null) return;
      soFar = read.heard;
      if (read.part !== '') tell(read.part);
    },
  );
  const finished = hasEnded(soFar);
  return settleStream(toReply(soFar), stopped ?? (finished ? null : strangeAnswer(target, 'half an answer')), finished);
}

/** An error that stands in the stream: the package throws it with its status, and its body within its message. */
async function* tellFaults(answers: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* answers;
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : Number.NaN;
    if (!(error instanceof Error) || !(status >= 400 && status <= 599)) throw error;
    throw new StatusFault(status, error.message.slice(Math.max(0, error.message.indexOf('{'))), new Headers());
  }
}

const modelSchema = z.object({
  name: z.string(),
  inputTokenLimit: z.number().nullish(),
  supportedActions: z.array(z.string()).nullish(),
});

/** Models that write text. One page of the most that is allowed: https://ai.google.dev/api/models#method:-models.list */
export async function listModels(target: Target, signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
  const page: unknown = await exchange(
    target,
    signal,
    async (fetch) => (await (await openModels(target, fetch)).list({ config: { pageSize: 1000 } })).page,
  );
  const read = z.array(modelSchema).safeParse(page);
  if (!read.success) throw strangeAnswer(target, 'something else than a list of models');
  return read.data
    .filter(({ supportedActions }) => supportedActions?.includes('generateContent') ?? true)
    .map(({ name, inputTokenLimit }) => listedModel(name.replace(/^models\//, ''), inputTokenLimit));
}
