import { isOwnAddress } from '#lib/is-own-address.ts';
import type { PricedModel } from './price-call.ts';

/**
 * A model of Ollama's cloud, which a server on this machine passes on, whoever asks it: https://docs.ollama.com/cloud
 */
const PASSED_ON = /[:-]cloud$/i;

/**
 * Whether what a model is shown stays on the owner's machines: it runs in this process or as a program that calls
 * nobody, or its server is on this machine or in its own network. What an agent or a plug-in does with what it reads
 * nobody knows: their providers say so by their `cost`. Throws `InputError` for an address that is none.
 */
export function staysLocal({ provider, entry, env }: PricedModel): boolean {
  const endpoint = provider.endpoint(entry, env);
  if (endpoint === null) return provider.cost(entry, env) === 'nothing';
  return isOwnAddress(endpoint) && !PASSED_ON.test(entry.model_name);
}
