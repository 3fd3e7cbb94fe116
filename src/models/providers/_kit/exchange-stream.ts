import type { Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { describeNetwork } from './describe-network.ts';
import { toFault } from './exchange.ts';
import { boundBody, fetchGuarded } from './guarded-fetch.ts';
import { StatusFault } from './status-fault.ts';
import { strangeAnswer } from './strange-answer.ts';
import type { Target } from './target.ts';

/** Why a stream stopped before its end. */
export type StreamFault = ProviderError | StatusFault;

/**
 * The streaming counterpart of `exchange`. `open` starts the stream through the `fetch` that it is handed, which is
 * guarded in the same way and passes the body on as it arrives, 16 MB at most; what it returns is read to its end and
 * each part is given to `hear`.
 *
 * What goes wrong before the first byte of the body is thrown, and so is a cancellation at any time. What goes wrong
 * later is returned, because parts were heard: `settleStream` decides. Null: the stream came to its end. `open`'s
 * iterator and `hear` may throw a `ProviderError` or a `StatusFault` of their own, for faults that stand in the stream.
 * However it ends, the socket is let go.
 */
export async function exchangeStream<Part>(
  target: Target,
  signal: AbortSignal,
  open: (fetch: typeof globalThis.fetch) => Promise<AsyncIterable<Part>>,
  hear: (part: Part) => void,
): Promise<StreamFault | null> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  const ending = AbortSignal.any([signal, leaving.signal]);
  let fault: StreamFault | null = null;
  let opened = false;
  const blame = (error: unknown): StreamFault => {
    fault ??= toFault(error, target, signal);
    return fault;
  };
  const guarded: typeof globalThis.fetch = async (input, init) => {
    try {
      const response = await fetchGuarded(target, ending, input, init);
      if (/html/.test(response.headers.get('content-type') ?? '')) throw strangeAnswer(target, 'a web page');
      opened = true;
      return new Response(passOn(boundBody(response, target), blame, leave), { status: response.status, headers: response.headers });
    } catch (error) {
      throw blame(error);
    }
  };
  try {
    for await (const part of await open(guarded)) hear(part);
  } catch (error) {
    if (error instanceof StatusFault || error instanceof ProviderError) blame(error);
    fault ??= strangeAnswer(target, 'a stream of another form than expected');
  } finally {
    leave();
  }
  // Some packages end a stream without a word when it was cancelled.
  if (signal.aborted) throw describeNetwork(undefined, target, signal);
  if (fault !== null && !opened) throw fault;
  return fault;
}

/**
 * Vendors' packages wrap or swallow what a body throws: it is noted before they see it. Cancelling waits for nothing,
 * because a read may be waiting for the network.
 */
function passOn(parts: AsyncGenerator<Uint8Array>, blame: (error: unknown) => StreamFault, leave: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await parts.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(blame(error));
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}

/**
 * What a stream comes to. One that stopped before the server had said how the answer ends (`finished`) is cut where
 * text had come, and throws its fault where none had; after that, nothing was lost with it.
 */
export function settleStream(reply: Reply, stopped: StreamFault | null, finished: boolean): Reply {
  if (stopped === null || finished) return reply;
  if (reply.text === '') throw stopped;
  return reply.finish === 'refused' ? reply : { ...reply, finish: 'length', reason: 'the stream stopped half way' };
}
