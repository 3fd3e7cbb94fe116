import { createHash } from 'node:crypto';
import { canonicalJson } from '#lib/canonical-json.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelRequest, Provider, ProviderEnv } from '#ports/provider.ts';

/**
 * How Aegis words requests apart from what they say: raise it when a provider asks differently for the same request,
 * so that answers of before are not taken for answers of now.
 */
const ASKED_AS = 1;

/** Settings that decide when and with whose key a model is asked, and not what it answers. */
const NOT_OF_THE_ANSWER: ReadonlySet<string> = new Set(['api_key', 'concurrency', 'rate_limit', 'price', 'timeout', 'keep_alive']);

/** What decides the answers of a connected model, whatever it is asked. */
export interface AnswerSource {
  readonly provider: Pick<Provider, 'type' | 'reads' | 'endpoint'>;
  readonly entry: ModelEntry;
  readonly env: ProviderEnv;
}

/**
 * Makes the keys of a model's answers: a SHA-256 in hexadecimal over everything that decides one. `identity` is what
 * the connection said of the weights or the program behind it; undefined where it has nothing to add to the entry.
 */
export function answerKey({ provider, entry, env }: AnswerSource): (request: ModelRequest, identity: string | undefined) => string {
  const settings = Object.entries(entry.settings).filter(([name]) => !NOT_OF_THE_ANSWER.has(name));
  const endpoint = provider.endpoint(entry, env);
  const readsChunk = provider.reads(entry) === 'chunk';
  const source = {
    askedAs: ASKED_AS,
    type: provider.type,
    model: entry.model_name,
    endpoint,
    // An endpoint is host and port; where the path comes from the environment, it is not in the settings either.
    addresses: endpoint === null || entry.settings['base_url'] !== undefined ? null : env.addresses,
    settings: Object.fromEntries(settings),
  };
  return ({ role, messages, schema, maxTokens, chunk }, identity) => {
    const parts = { ...source, identity, role, messages, schema, maxTokens, chunk: readsChunk ? chunk : null };
    return createHash('sha256').update(canonicalJson(parts)).digest('hex');
  };
}
