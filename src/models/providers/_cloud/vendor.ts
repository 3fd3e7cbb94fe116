import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ProviderEnv } from '#ports/provider.ts';
import { findKey, type Key, resolveHeaders, resolveKey } from '../_kit/key.ts';
import type { Target } from '../_kit/target.ts';

/** A company that sells answers: where it is called, and how it wants its key. */
export interface Vendor {
  /** Its own address. */
  readonly url: string;
  /** The variable in which the operator names another address; null where there is none. */
  readonly variable: string | null;
  /** Variables in which its users keep the key, the usual one first. */
  readonly keys: readonly string[];
  /** What its package appends to an address by itself, and people write all the same. */
  readonly appended: RegExp;
  /** The headers by which a call shows the key (null: it has none), and those that every call has. */
  sign(key: Key | null): Pick<Target, 'authorization'> & { readonly headers?: Readonly<Record<string, string>> };
  readonly advice: Target['advice'];
}

interface VendorServer {
  readonly url: string;
  readonly origin: string;
  readonly namedBy: 'entry' | 'operator' | 'vendor';
}

/** An entry, as far as it says where its model is. */
type Named = Pick<ModelEntry, 'model_id' | 'model_name' | 'settings'>;

/** Where calls of an entry go. Throws `InputError` where that is no address. */
export function findServer(vendor: Vendor, entry: Named, env: ProviderEnv): VendorServer {
  const written = entry.settings['base_url'];
  const operators = vendor.variable === null ? undefined : env.addresses[vendor.variable];
  const namedBy = typeof written === 'string' ? 'entry' : operators ? 'operator' : 'vendor';
  const address = readServerAddress(typeof written === 'string' ? written : operators || vendor.url);
  if (address === null || address.authorization !== null) {
    const source = namedBy === 'entry' ? 'base_url' : vendor.variable;
    throw new InputError(`${source} of the model ${entry.model_id} is no address of a server`, {
      hint: `Write it as ${vendor.url}, without user name and password.`,
    });
  }
  return { url: address.url.replace(vendor.appended, ''), origin: address.origin, namedBy };
}

/** The far side of an entry's calls, with its key. Throws `InputError` where a key is missing. */
export function findTarget(vendor: Vendor, entry: Named, env: ProviderEnv): Target {
  const server = findServer(vendor, entry, env);
  const key = findEntryKey(vendor, entry, server, env);
  const signed = vendor.sign(key);
  const extra = entry.settings['headers'] as Readonly<Record<string, string>> | undefined;
  return {
    model: entry.model_name,
    url: server.url,
    authorization: signed.authorization,
    // The vendor's own come last: an entry that names a key by two ways means `api_key`.
    headers: { ...resolveHeaders(extra, entry.model_id, env, server.url), ...signed.headers },
    keyName: key?.name ?? null,
    fetch: env.fetch,
    advice: vendor.advice,
  };
}

/** The far side for questions about a vendor's models. `apiKey` is a reference: `env:NAME`. */
export function findCatalogueTarget(
  vendor: Vendor,
  env: ProviderEnv,
  { baseUrl, apiKey }: { readonly baseUrl?: string; readonly apiKey?: string } = {},
): Target {
  if (apiKey !== undefined && !/^(env|secret):\w+$/.test(apiKey))
    throw new InputError('The key to list models with must be named, and never be the key itself', { hint: 'Name it as env:NAME.' });
  const settings = { ...(baseUrl === undefined ? {} : { base_url: baseUrl }), ...(apiKey === undefined ? {} : { api_key: apiKey }) };
  return findTarget(vendor, { model_id: 'to list', model_name: 'the list of models', settings }, env);
}

/** The operator's own key goes to the vendor and to the operator's own address only: an entry that names an address names its key, too. */
function findEntryKey(vendor: Vendor, { model_id, settings }: Named, server: VendorServer, env: ProviderEnv): Key | null {
  const reference = settings['api_key'];
  if (typeof reference === 'string') return resolveKey(reference, model_id, env, server.url);
  if (server.namedBy === 'entry') return null;
  for (const name of vendor.keys) {
    const key = findKey(`env:${name}`, env, server.url);
    if (key !== null) return key;
  }
  const [usual] = vendor.keys;
  return server.namedBy === 'operator' || usual === undefined ? null : resolveKey(`env:${usual}`, model_id, env, server.url);
}
