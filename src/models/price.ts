import type { ModelEntry } from '#model/model-entry.ts';

/** Types whose models run on the owner's machines: a call costs nothing. */
const OWN_MACHINES: ReadonlySet<string> = new Set(['builtin', 'ollama_local']);

/** What a call of this model costs, US dollars: 0 on the owner's machines, null where the price is unknown. */
export function priceCall(entry: Pick<ModelEntry, 'model_type' | 'model_name'>): number | null {
  // Ollama runs models with this ending in its cloud: https://docs.ollama.com/cloud
  return OWN_MACHINES.has(entry.model_type) && !/[:-]cloud$/.test(entry.model_name) ? 0 : null;
}
