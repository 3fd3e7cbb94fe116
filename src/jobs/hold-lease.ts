import type { ClaimedScan } from '#ports/store.ts';
import type { ReviewJobContext } from './context.ts';

/** A lease is 15 s long: several renewals fit into it, so that one that is lost does not lose the scan. */
const HEARTBEAT_MS = 2_000;

/** A look asks the code host, and what asked for it stays on record: so many renewals lie between two looks, 10 s. */
const BEATS_A_LOOK = 5;

export interface HeldLease {
  /** Aborts when the lease is lost, when nobody wants the scan any more, or when the process is told to stop: the work must end then. */
  readonly signal: AbortSignal;
  /** True when someone else has the scan now. Its former holder must not write about it. */
  lost(): boolean;
  /** True when nobody wants the scan any more. Its holder ends it. */
  unwanted(): boolean;
  release(): void;
}

/**
 * Renews the lease of a claimed scan until it is released. Where something asks for the scan's end, `isUnwanted` looks
 * whether that is so; what it throws is asked again at the next renewal.
 */
export function holdLease(
  claimed: ClaimedScan,
  ctx: Pick<ReviewJobContext, 'store' | 'worker' | 'signal' | 'log'>,
  isUnwanted: () => Promise<boolean>,
): HeldLease {
  const lost = new AbortController();
  const unwanted = new AbortController();
  let looking = false;
  let untilLook = 0;

  async function beat(): Promise<void> {
    const state = await ctx.store.heartbeat(claimed.scanId, ctx.worker);
    if (state === 'lost') lost.abort(new Error('the lease was lost'));
    untilLook = Math.max(0, untilLook - 1);
    if (state !== 'passed' || looking || untilLook > 0) return;
    looking = true;
    try {
      if (await isUnwanted()) unwanted.abort(new Error('nobody wants this review any more'));
      untilLook = BEATS_A_LOOK;
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => {
    // The database may be back before the lease ends; if it is not, the next holder's claim tells.
    beat().catch((error: unknown) =>
      ctx.log('warn', `heartbeat of scan ${claimed.scanId} failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    signal: AbortSignal.any([lost.signal, unwanted.signal, ctx.signal]),
    lost: () => lost.signal.aborted,
    unwanted: () => unwanted.signal.aborted,
    release: () => clearInterval(timer),
  };
}
