import type { ModelEntry } from '#model/model-entry.ts';
import type { Provider, ProviderEnv } from '#ports/provider.ts';
import { readCallSettings } from './read-call-settings.ts';

/** A model with what says where it runs: a price belongs to a model at an endpoint. */
export interface PricedModel {
  readonly entry: ModelEntry;
  readonly provider: Pick<Provider, 'cost' | 'endpoint'>;
  readonly env: ProviderEnv;
}

/**
 * US dollars of a call: by the price of its settings, else nothing on the owner's machines, else by the price list of
 * its vendor. Null where price or tokens are not known; never a guess by the model's name alone. Prices are those of
 * https://github.com/pydantic/genai-prices as installed: nothing is fetched.
 */
export async function priceCall(model: PricedModel, tokensIn: number | null, tokensOut: number | null): Promise<number | null> {
  const { price } = readCallSettings(model.entry);
  if (price === undefined && model.provider.cost(model.entry, model.env) === 'nothing') return 0;
  if (!isCount(tokensIn) || !isCount(tokensOut)) return null;
  if (price !== undefined) return (tokensIn * price.input_per_million + tokensOut * price.output_per_million) / 1e6;
  return await lookUp(model, tokensIn, tokensOut);
}

/** A review reads about so many tokens for each that it writes. */
const READ_PER_WRITTEN = 10;
/** Small enough for the lowest tier of prices that grow with the prompt. */
const SAMPLE = 1_000;

/** US dollars for a million tokens in the mix of a review, to rank models by; null where the price is not known. */
export async function pricePerMillion(model: PricedModel): Promise<number | null> {
  const cost = await priceCall(model, SAMPLE * READ_PER_WRITTEN, SAMPLE);
  return cost === null ? null : (cost / (SAMPLE * (READ_PER_WRITTEN + 1))) * 1e6;
}

async function lookUp({ entry, provider, env }: PricedModel, tokensIn: number, tokensOut: number): Promise<number | null> {
  const endpoint = provider.endpoint(entry, env);
  if (endpoint === null) return null;
  // A router's vendors are told apart by the path.
  const { base_url } = entry.settings;
  const providerApiUrl = typeof base_url === 'string' && base_url.startsWith(endpoint) ? base_url : endpoint;
  const { calcPrice } = await import('@pydantic/genai-prices');
  try {
    return calcPrice({ input_tokens: tokensIn, output_tokens: tokensOut }, entry.model_name, { providerApiUrl })?.total_price ?? null;
  } catch {
    return null;
  }
}

/** Numbers of tokens are a server's word. */
function isCount(tokens: number | null): tokens is number {
  return tokens !== null && Number.isFinite(tokens) && tokens >= 0;
}
