import pLimit from 'p-limit';
import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { ModelRequest, Reply } from '#ports/provider.ts';
import { within } from './within.ts';

/** How many calls an endpoint is sent within a minute, and how many tokens. */
export interface EndpointRate {
  /** Null: no limit. Holds from the next call on. */
  limitTo(perMinute: { readonly requests: number | null; readonly tokens: number | null }): void;
  /** The limit of tokens where the request is larger than it, so that no wait could help; else null. */
  exceededBy(request: ModelRequest): number | null;
  /** Waits until the endpoint takes the request, in the order of asking, and counts it. A request whose signal ends is not counted. */
  take(request: ModelRequest, signal: AbortSignal): Promise<void>;
  /** Counts what the answer added, once it is known. */
  settle(reply: Reply): void;
}

const WINDOW_S = 60;
/** Each limiter counts for one endpoint only. */
const KEY = 'endpoint';

/**
 * Windows of a minute that begin with a call. Servers count in windows of their own, and other programs may use the
 * same account: what goes beyond their limit all the same is answered with 429 and repeated.
 */
export function createEndpointRate(): EndpointRate {
  const line = pLimit(1);
  const requests = createCounter();
  const tokens = createCounter();

  const takeNow = async (request: ModelRequest, signal: AbortSignal): Promise<void> => {
    const size = tokens.limit() === null ? 0 : sizeOf(request);
    while (!signal.aborted) {
      const waitMs = Math.max(await requests.msUntil(1), await tokens.msUntil(size));
      if (waitMs <= 0) break;
      await within<unknown>(waitMs, signal, forever, () => undefined);
    }
    if (signal.aborted) return;
    await requests.add(1);
    await tokens.add(size);
  };

  return {
    limitTo(perMinute) {
      requests.limitTo(perMinute.requests);
      tokens.limitTo(perMinute.tokens);
    },
    exceededBy(request) {
      const limit = tokens.limit();
      return limit !== null && sizeOf(request) > limit ? limit : null;
    },
    async take(request, signal) {
      if (requests.limit() === null && tokens.limit() === null) return;
      await line(() => takeNow(request, signal));
    },
    settle(reply) {
      if (tokens.limit() !== null) void tokens.add(reply.tokensOut ?? estimateTokens(reply.text));
    },
  };
}

function createCounter() {
  let limit: number | null = null;
  let limiter: Promise<RateLimiterMemory> | null = null;
  return {
    limit: () => limit,
    limitTo(next: number | null) {
      limit = next;
    },
    /** Milliseconds until so many fit into the limit; 0 or less when they do now. */
    async msUntil(amount: number): Promise<number> {
      if (limit === null) return 0;
      const taken = (await (await limiter)?.get(KEY)) ?? null;
      // Alone in its window everything is let through: what can never fit is refused before it gets here.
      return taken === null || taken.consumedPoints + amount <= limit ? 0 : Math.max(1, taken.msBeforeNext);
    },
    async add(amount: number): Promise<void> {
      if (limit === null || amount === 0) return;
      limiter ??= createLimiter();
      await (await limiter).penalty(KEY, amount);
    },
  };
}

/** Loaded where a limit is stated only: the package brings limiters for a dozen databases. Limits are compared above, for they may change. */
async function createLimiter(): Promise<RateLimiterMemory> {
  const { RateLimiterMemory } = await import('rate-limiter-flexible');
  return new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: WINDOW_S });
}

/** Tokens of a request, estimated. */
function sizeOf({ messages, chunk }: ModelRequest): number {
  return messages.length === 0 ? chunk.tokens : messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
}

const forever = () => new Promise<never>(() => {});
