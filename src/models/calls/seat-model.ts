import type { ModelEntry } from '#model/model-entry.ts';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { AnswerReader } from '#ports/parser.ts';
import type { Provider, ProviderEnv } from '#ports/provider.ts';
import type { SeatModel } from '#ports/runner.ts';
import { accountFor } from './account-for.ts';
import type { AnswerFlights } from './answers/answer-flights.ts';
import { answerKey } from './answers/answer-key.ts';
import { rememberIdentity } from './answers/remember-identity.ts';
import { recallAnswers, reuseAnswers } from './answers/reuse-answers.ts';
import { breakCircuit } from './break-circuit.ts';
import type { Call } from './call.ts';
import { checkHealth } from './check-health.ts';
import type { EndpointGates, EndpointTerms } from './endpoint-gates.ts';
import { keepRate, refuseOversized } from './keep-rate.ts';
import { limitTime } from './limit-time.ts';
import { priceCall } from './price-call.ts';
import { readCallSettings } from './read-call-settings.ts';
import { staysLocal } from './stays-local.ts';
import { takeGlobalTurn, takeTurn } from './take-turn.ts';
import { warmUp } from './warm-up.ts';

export interface SeatParts {
  readonly entry: ModelEntry;
  readonly provider: Provider;
  readonly reader: AnswerReader;
  readonly env: ProviderEnv;
  readonly fenceSecret: string;
  /** Shared by all seats of the process, so that those of one endpoint share its limits. */
  readonly gates: EndpointGates;
  /** Null: every call is made anew. */
  readonly cache: AnswerCache | null;
  /** Shared by all seats of the process, so that what two of them ask at once is asked once. */
  readonly flights: AnswerFlights;
  /** `now` in milliseconds. */
  readonly clock: { now(): number };
}

/**
 * Connects a model and puts around each call what a provider leaves out. Throws `InputError` where the entry cannot
 * work; `ask` never throws.
 */
export function seatModel(parts: SeatParts): SeatModel {
  const { entry, provider, reader, env, fenceSecret, cache, flights, clock } = parts;
  const model = provider.connect(entry, env);
  const endpoint = provider.endpoint(entry, env);
  const place = endpoint === null ? entry.model_id : `${entry.model_id} at ${endpoint}`;
  const { concurrency, rate_limit } = readCallSettings(entry);
  const terms: EndpointTerms = {
    modelId: entry.model_id,
    concurrency: concurrency ?? null,
    usualConcurrency: provider.concurrency,
    rateLimit: rate_limit ?? null,
  };
  const gate = parts.gates(endpoint ?? provider.type, terms);
  const { limit, globalLimit, rate } = gate;
  // Programs on this machine share its processors, and not their faults.
  const { breaker } = endpoint === null ? parts.gates(`${provider.type} ${entry.model_id}`, terms) : gate;

  // From the inside out. What waits for its turn is outside of the time limit; what costs nothing is outside of the turn.
  // The turn among all is the last one that is taken: whoever waits for its endpoint holds no other endpoint up.
  let call: Call = limitTime({ model, timeoutMs: entry.timeout_ms, place, rate, breaker, clock });
  call = takeGlobalTurn(call, globalLimit, place);
  call = keepRate(call, rate, place);
  // What comes with Aegis is never out of order: three hard files in a row say nothing of the next one.
  if (provider.models === null) call = breakCircuit(call, breaker, place);
  call = takeTurn(call, limit, place);
  call = refuseOversized(call, rate, place);
  let recall: SeatModel['recall'];
  if (cache !== null) {
    const kept = { cache, flights, identify: rememberIdentity(model), keyOf: answerKey({ provider, entry, env }), place, clock };
    call = reuseAnswers(call, kept);
    const recallKept = recallAnswers(kept);
    recall = async (request, signal) => {
      const settled = await recallKept(request, signal);
      return settled === null ? null : { ...settled, costUsd: 0 };
    };
  }

  return {
    ...(recall === undefined ? {} : { recall }),
    reads: provider.reads(entry),
    reader,
    local: staysLocal({ entry, provider, env }),
    fenceSecret,
    ask: accountFor(call, { entry, provider, env }),
    price: (tokensIn, tokensOut) => priceCall({ entry, provider, env }, tokensIn, tokensOut),
    health: (signal) => checkHealth(model, place, signal),
    warmUp: (signal) => warmUp(model, { limit, timeoutMs: entry.timeout_ms }, signal),
  };
}
