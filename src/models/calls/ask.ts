import { isBrokenCircuitError } from 'cockatiel';
import { explainFault } from '#lib/explain-fault.ts';
import { AegisError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { AnswerReader } from '#ports/parser.ts';
import type { ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';
import { type EndpointGates, type Settled, TRIPS_AFTER } from './endpoint-gates.ts';
import { retryFaults } from './retry-faults.ts';
import { within } from './within.ts';

export interface SeatParts {
  readonly entry: ModelEntry;
  readonly provider: Provider;
  readonly reader: AnswerReader;
  readonly env: ProviderEnv;
  readonly fenceSecret: string;
  /** Shared by all seats of the process, so that those of one endpoint share its limits. */
  readonly gates: EndpointGates;
  /** `now` in milliseconds. */
  readonly clock: { now(): number };
}

type Heard = ((text: string) => void) | undefined;

/**
 * Connects a model and puts around each call what a provider leaves out: a place in the queue of its endpoint, the
 * endpoint's breaker, the time limit, and retries. Throws `InputError` where the entry cannot work; `ask` never throws.
 */
export function seatModel(parts: SeatParts): SeatModel {
  const { entry, provider, reader, env, fenceSecret, gates, clock } = parts;
  const model = provider.connect(entry, env);
  const endpoint = provider.endpoint(entry, env);
  const gate = gates(endpoint ?? provider.type, concurrencyOf(entry, provider));
  const place = endpoint === null ? entry.model_id : `${entry.model_id} at ${endpoint}`;

  const callInTime = (request: ModelRequest, signal: AbortSignal, heard: Heard): Promise<Settled> => {
    const deadline = clock.now() + entry.timeout_ms;
    let lastFault: unknown = null;
    return within<Settled>(
      entry.timeout_ms,
      signal,
      (limited) =>
        retryFaults(() => model.call(request, limited, heard), {
          signal: limited,
          remainingMs: () => deadline - clock.now(),
          onFault: (error) => {
            lastFault = error;
          },
        }).then(
          (reply) => ({ reply }),
          (error: unknown) => ({ error }),
        ),
      (because) => ({ error: because === 'cancelled' ? cancelled(place) : tooLate(place, entry.timeout_ms, lastFault) }),
    );
  };

  const call = async (request: ModelRequest, signal: AbortSignal, heard: Heard): Promise<Asked> => {
    if (signal.aborted) return failed(cancelled(place), 0);
    const startedAt = clock.now();
    try {
      const settled =
        endpoint === null ? await callInTime(request, signal, heard) : await gate.breaker.execute(() => callInTime(request, signal, heard));
      const latencyMs = clock.now() - startedAt;
      return 'reply' in settled ? replied(settled.reply, latencyMs) : failed(settled.error, latencyMs);
    } catch (error) {
      return isBrokenCircuitError(error) ? leftAlone(place, gate.breaker.lastFailure) : failed(error, clock.now() - startedAt);
    }
  };

  const replied = (reply: Reply, latencyMs: number): Asked => ({
    kind: 'replied',
    reply,
    latencyMs,
    costUsd: provider.cost(entry, env) === 'nothing' ? 0 : null,
    cached: false,
  });

  return {
    reads: provider.reads(entry),
    reader,
    fenceSecret,
    ask: (request, signal, heard) =>
      within<Asked>(
        Number.POSITIVE_INFINITY,
        signal,
        () => gate.limit(() => call(request, signal, heard)),
        () => failed(cancelled(place), 0),
      ),
    health: (signal) => model.health(signal),
    async warmUp(signal) {
      await model.warmUp?.(signal).catch(() => undefined);
    },
  };
}

/** What the endpoint was given in its settings, else what its kind takes. */
function concurrencyOf(entry: ModelEntry, provider: Provider): number {
  const stated = entry.settings['concurrency'];
  return typeof stated === 'number' && stated >= 1 ? Math.floor(stated) : provider.concurrency;
}

function failed(error: unknown, latencyMs: number): Asked {
  return { kind: 'failed', reason: explainFault(error), code: error instanceof AegisError ? error.code : 'AEGIS_INTERNAL', latencyMs };
}

function cancelled(place: string): ProviderError {
  return new ProviderError('cancelled', `The call of ${place} was cancelled`, { hint: 'Run the review again.' });
}

function tooLate(place: string, limitMs: number, lastFault: unknown): ProviderError {
  const before = lastFault instanceof AegisError ? ` (before that: ${lastFault.message})` : '';
  return new ProviderError('timeout', `No answer from ${place} within ${limitMs / 1000} s${before}`, {
    hint: 'Raise its `timeout`, or use a faster model.',
  });
}

/** The endpoint was not called, because the calls before found nothing there: the reader needs their reason. */
function leftAlone(place: string, last: { value: unknown } | { error: Error } | undefined): Asked {
  const settled = last !== undefined && 'value' in last ? (last.value as Settled) : undefined;
  const why = settled !== undefined && 'error' in settled ? ` (${explainFault(settled.error)})` : '';
  return {
    kind: 'failed',
    reason: `${place} was not called, because ${TRIPS_AFTER} calls in a row failed${why}`,
    code: 'AEGIS_PROVIDER_BREAKER_OPEN',
    latencyMs: 0,
  };
}
