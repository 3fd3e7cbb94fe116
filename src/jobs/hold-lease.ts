import type { ClaimedScan } from '#ports/store.ts';
import type { ReviewJobContext } from './context.ts';

/** A lease is 15 s long; three renewals fit into it, so that one that is lost does not lose the scan. */
const HEARTBEAT_MS = 4_000;

export interface HeldLease {
  /** Aborts when the lease is lost or the process is told to stop: the work must end then. */
  readonly signal: AbortSignal;
  /** True when someone else has the scan now. Its former holder must not write about it. */
  lost(): boolean;
  release(): void;
}

/** Renews the lease of a claimed scan until it is released. */
export function holdLease(claimed: ClaimedScan, ctx: Pick<ReviewJobContext, 'store' | 'worker' | 'signal' | 'log'>): HeldLease {
  const lost = new AbortController();
  const timer = setInterval(() => {
    ctx.store.heartbeat(claimed.scanId, ctx.worker).then(
      (held) => {
        if (!held) lost.abort(new Error('the lease was lost'));
      },
      // The database may be back before the lease ends; if it is not, the next holder's claim tells.
      (error: unknown) =>
        ctx.log('warn', `heartbeat of scan ${claimed.scanId} failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    signal: AbortSignal.any([lost.signal, ctx.signal]),
    lost: () => lost.signal.aborted,
    release: () => clearInterval(timer),
  };
}
