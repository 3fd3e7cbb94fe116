import type { AnswerCache } from '#ports/answer-cache.ts';
import type { ModelRequest, Reply } from '#ports/provider.ts';
import type { Call, Settled } from '../call.ts';
import { cancelled, failed } from '../call-faults.ts';
import { within } from '../within.ts';
import type { AnswerFlights } from './answer-flights.ts';
import type { Identity } from './remember-identity.ts';

/** A cache that takes longer than this, milliseconds, is done without: a call is never lost to it. */
const PATIENCE_MS = 2_000;

interface KeptAnswers {
  readonly cache: AnswerCache;
  readonly flights: AnswerFlights;
  readonly identify: (signal: AbortSignal) => Promise<Identity>;
  readonly keyOf: (request: ModelRequest, identity: string | undefined) => string;
  readonly place: string;
  readonly clock: { now(): number };
}

/**
 * Gives an answer that was given before, or one that is being given now to somebody who asked the same. Nothing is
 * spent for it: its tokens are 0. Kept is only what is a full answer: neither refused nor cut nor empty.
 */
export function reuseAnswers(inner: Call, { cache, flights, identify, keyOf, place, clock }: KeptAnswers): Call {
  return async (request, signal, heard) => {
    const startedAt = clock.now();
    const identity = await identify(signal);
    if (signal.aborted) return failed(cancelled(place), 0);
    if (identity === null) return await inner(request, signal, heard);

    const key = keyOf(request, identity);
    const landing = await flights.join(key, { signal, heard, mayRepeat: request.mayRepeat }, async (shared, tell, mayRepeat) => {
      const kept = await look(cache, key, shared);
      if (kept !== null) return { kind: 'replied', reply: kept, latencyMs: 0, cached: true };
      const settled = await inner({ ...request, mayRepeat }, shared, tell);
      if (settled.kind === 'replied' && isWhole(settled.reply)) await keep(cache, key, settled.reply, shared);
      return settled;
    });
    const elapsedMs = clock.now() - startedAt;
    if (landing.kind === 'left') return failed(cancelled(place), landing.latencyMs);
    const { settled, first } = landing;
    if (settled.kind === 'failed') return first ? settled : { ...settled, latencyMs: elapsedMs };
    const paid = first && !settled.cached;
    const answer = paid ? settled : { ...settled, reply: forNothing(settled.reply), latencyMs: elapsedMs, cached: true };
    return isWhole(settled.reply) ? { ...answer, forget: () => keep(cache, key, FORGOTTEN, NEVER) } : answer;
  };
}

/** The answer that is kept for a request; null where there is none. Asks for none, and never rejects. */
export function recallAnswers({ cache, identify, keyOf, clock }: Omit<KeptAnswers, 'flights' | 'place'>) {
  return async (request: ModelRequest, signal: AbortSignal): Promise<Extract<Settled, { kind: 'replied' }> | null> => {
    const startedAt = clock.now();
    const identity = await identify(signal);
    if (identity === null || signal.aborted) return null;
    const key = keyOf(request, identity);
    const kept = await look(cache, key, signal);
    if (kept === null) return null;
    const forget = () => keep(cache, key, FORGOTTEN, NEVER);
    return { kind: 'replied', reply: forNothing(kept), latencyMs: clock.now() - startedAt, cached: true, forget };
  };
}

/** Stands where an answer was that is not to be given again: it is none that `look` gives out. */
const FORGOTTEN: Reply = { text: '', finish: 'refused', reason: 'of no use', tokensIn: null, tokensOut: null };

/** Forgetting outlasts the scan that asked for it. */
const NEVER = new AbortController().signal;

function forNothing(reply: Reply): Reply {
  return { ...reply, tokensIn: 0, tokensOut: 0 };
}

function isWhole(reply: Reply): boolean {
  return reply.finish === 'complete' && reply.text.trim() !== '';
}

/** Caches lose silently; one that throws all the same has lost, too. */
async function look(cache: AnswerCache, key: string, signal: AbortSignal): Promise<Reply | null> {
  const found = await within<Reply | null>(
    PATIENCE_MS,
    signal,
    () => cache.get(key).catch(() => null),
    () => null,
  );
  return found !== null && isWhole(found) ? found : null;
}

async function keep(cache: AnswerCache, key: string, reply: Reply, signal: AbortSignal): Promise<void> {
  await within<void>(
    PATIENCE_MS,
    signal,
    () => cache.set(key, reply).catch(() => undefined),
    () => undefined,
  );
}
