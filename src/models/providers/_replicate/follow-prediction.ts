import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from '#ports/provider.ts';
import { describeNetwork } from '../_kit/describe-network.ts';
import { exchangeStream, type StreamFault, settleStream } from '../_kit/exchange-stream.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { ask } from './client.ts';
import { hasEnded, type Prediction, readPrediction } from './read-prediction.ts';
import { readStreamEvents, type StreamEvent } from './stream-events.ts';

/** Times between two looks at a prediction, milliseconds. */
const PAUSES = [200, 400, 800] as const;
const LONGEST_PAUSE = 1500;

/** Waits until a prediction has ended. It is cancelled where that cannot be seen to its end. */
export async function waitForEnd(created: Prediction, target: Target, signal: AbortSignal): Promise<Prediction> {
  try {
    return await lookUntilEnded(created, target, signal);
  } catch (error) {
    cancel(created, target);
    throw error;
  }
}

async function lookUntilEnded(created: Prediction, target: Target, signal: AbortSignal): Promise<Prediction> {
  let prediction = created;
  for (let look = 0; !hasEnded(prediction); look += 1) {
    await wait(PAUSES[look] ?? LONGEST_PAUSE, undefined, { signal }).catch(() => {
      throw describeNetwork(undefined, target, signal);
    });
    const next = readPrediction(await ask(target, signal, (client) => client.predictions.get(created.id)));
    if (next === null) throw strangeAnswer(target, 'an answer of another form than expected');
    prediction = next;
  }
  return prediction;
}

/** The address of a stream. The server names it, and may name no other than its own: https://replicate.com/docs/topics/predictions/streaming */
export function findStream({ urls }: Prediction, target: Target): string | null {
  if (urls?.stream == null || !URL.canParse(urls.stream)) return null;
  const { protocol, hostname, origin } = new URL(urls.stream);
  const server = new URL(target.url);
  const isReplicates = server.hostname === 'api.replicate.com' && protocol === 'https:' && /\.replicate\.(com|net)$/.test(hostname);
  return origin === server.origin || isReplicates ? urls.stream : null;
}

/** Hears a prediction’s stream; `read` makes the reply of its end. It is cancelled where the stream stops before. */
export async function streamPrediction(
  prediction: Prediction,
  url: string,
  target: Target,
  signal: AbortSignal,
  tell: (text: string) => void,
  read: (ended: Prediction) => Reply,
): Promise<Reply> {
  let text = '';
  let finished = false;
  // Its address is the permission to read it; a key for another host is not sent along.
  const open = new URL(url).origin === new URL(target.url).origin ? target : { ...target, authorization: null, headers: {} };
  const hear = ({ event, data }: StreamEvent) => {
    if (event === 'done' || event === 'error') finished = true;
    if (event !== 'output' || data === '') return;
    text += data;
    tell(data);
  };
  const openStream = async (fetch: typeof globalThis.fetch) =>
    readStreamEvents((await fetch(url, { headers: { accept: 'text/event-stream' } })).body ?? NO_BODY);
  let stopped: StreamFault | null;
  try {
    stopped = await exchangeStream(open, signal, openStream, hear);
  } catch (error) {
    if (!(error instanceof StatusFault)) {
      cancel(prediction, target);
      throw error;
    }
    // There is no stream to be had; the answer comes all the same.
    const reply = read(await waitForEnd(prediction, target, signal));
    if (reply.text !== '') tell(reply.text);
    return reply;
  }
  // A stream says neither why it ended nor how many tokens it took.
  if (finished) return withHeard(read(await waitForEnd(prediction, target, signal)), text);
  cancel(prediction, target);
  const heard: Reply = { text, finish: 'complete', reason: null, tokensIn: null, tokensOut: null };
  return settleStream(heard, stopped ?? strangeAnswer(target, 'half an answer'), false);
}
const NO_BODY = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

/** What was heard is the answer, also where the prediction's own copy has been removed. */
function withHeard(reply: Reply, heard: string): Reply {
  return reply.text === '' ? { ...reply, text: heard } : reply;
}

/** How long the far side is asked to stop; nobody waits for its answer. */
const CANCELLING = 5_000;

/** Ends a prediction that nobody wants any more, because it is paid for by the second. */
function cancel({ id }: Prediction, target: Target): void {
  ask(target, AbortSignal.timeout(CANCELLING), (client) => client.predictions.cancel(id)).catch(() => {
    // It may have ended by itself, or the connection may be the reason that it is not wanted.
  });
}
