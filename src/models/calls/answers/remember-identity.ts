import type { ConnectedModel } from '#ports/provider.ts';
import { within } from '../within.ts';

/** Asking must be cheap: what takes longer counts as not known, and the answers of this connection are not kept. */
const LIMIT_MS = 5_000;

/** What a model says of the weights or the program behind it. Undefined: the entry says it all. Null: nothing is to be kept. */
export type Identity = string | undefined | null;

/** Asks a connection for its identity once, whoever needs it first. Null also where it cannot be had; never rejects. */
export function rememberIdentity(model: ConnectedModel): (signal: AbortSignal) => Promise<Identity> {
  const ask = model.identity?.bind(model);
  if (ask === undefined) return async () => undefined;
  let known: { readonly identity: Identity } | null = null;
  let asking: Promise<void> | null = null;

  const askNow = async (signal: AbortSignal): Promise<void> => {
    try {
      known = await within<{ identity: Identity } | null>(
        LIMIT_MS,
        signal,
        async (limited) => ({ identity: await ask(limited) }),
        (because) => (because === 'cancelled' ? null : { identity: null }),
      );
    } catch {
      known = { identity: null };
    } finally {
      asking = null;
    }
  };

  return async (signal) => {
    // Who asked first may leave before it is told; the next one then asks again.
    while (known === null && !signal.aborted) {
      asking ??= askNow(signal);
      const answer = asking;
      await within(
        Number.POSITIVE_INFINITY,
        signal,
        () => answer,
        () => undefined,
      );
    }
    return known?.identity ?? null;
  };
}
