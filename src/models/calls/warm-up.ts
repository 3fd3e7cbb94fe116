import type { ConnectedModel } from '#ports/provider.ts';
import type { Turns } from './endpoint-gates.ts';
import { within } from './within.ts';

/** Loads a model where that takes time, as one of the calls of its endpoint. Never rejects: a fault shows in the first call. */
export async function warmUp(
  model: ConnectedModel,
  { limit, timeoutMs }: { readonly limit: Turns; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<void> {
  const load = model.warmUp?.bind(model);
  if (load === undefined) return;
  const nothing = () => undefined;
  await within<void>(
    Number.POSITIVE_INFINITY,
    signal,
    () => limit(() => within<void>(timeoutMs, signal, (limited) => load(limited).catch(nothing), nothing)),
    nothing,
  );
}
