import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ProviderEnv } from '#ports/provider.ts';
import { findKey, type Key, resolveHeaders, resolveKey } from '../_kit/key.ts';
import type { ChatServer } from './client.ts';

const OPENAI = 'https://api.openai.com/v1';

/** The newest that is no preview: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle */
const AZURE_API_VERSION = '2024-10-21';

/** What an entry says of its server. */
export interface ServerSettings {
  readonly api_key?: string | undefined;
  readonly api_version?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Where a server is, and how it is spoken to. */
interface Place {
  readonly url: string;
  readonly origin: string;
  /** True where the entry itself names the address. */
  readonly own: boolean;
  readonly azure: boolean;
  readonly query: Readonly<Record<string, string>>;
}

/** Where the server of an entry is. Throws `InputError` for an address that is none. */
export function findPlace(entry: Pick<ModelEntry, 'model_id' | 'settings'>, env: ProviderEnv): Place {
  const written = entry.settings['base_url'];
  const own = typeof written === 'string';
  const text = own ? written : env.addresses['OPENAI_BASE_URL'] || OPENAI;
  const address = readServerAddress(text);
  if (address === null || address.authorization !== null) {
    const source = own ? 'base_url' : 'OPENAI_BASE_URL';
    throw new InputError(`${source} of the model ${entry.model_id} is no address of a server`, {
      hint: `Write it as ${OPENAI}, without user name and password.`,
    });
  }
  // People copy the whole address of a call from a vendor's page.
  const url = address.url.replace(/\/chat\/completions$/, '');
  const { origin } = address;
  if (!isAzure(url)) return { url, origin, own, azure: false, query: versionOf(entry, text, null) };
  // Without a path it is the resource; its API of today needs no version: https://learn.microsoft.com/azure/ai-foundry/openai/latest
  const path = url === origin ? `${origin}/openai/v1` : url;
  return { url: path, origin, own, azure: true, query: versionOf(entry, text, /\/openai\/v1$/.test(path) ? null : AZURE_API_VERSION) };
}

/** The server of an entry with its key. Throws `InputError` where a key that it needs is not set. */
export function findChatServer(
  entry: Pick<ModelEntry, 'model_id' | 'model_name' | 'settings'>,
  settings: ServerSettings,
  env: ProviderEnv,
): ChatServer {
  const place = findPlace(entry, env);
  const key = findEntryKey(entry.model_id, settings, place, env);
  const headers = resolveHeaders(settings.headers, entry.model_id, env, place.url);
  return {
    query: place.query,
    target: {
      model: entry.model_name,
      url: place.url,
      ...authorize(key, place.azure, headers),
      keyName: key?.name ?? null,
      fetch: env.fetch,
      advice: {
        unreachable: 'Check that the server runs and that base_url is its address.',
        unknownModel: 'Check the name of the model; `aegis doctor` asks which ones there are.',
        tooLarge: 'Use a model with a larger window.',
      },
    },
  };
}

/** Azure takes keys in a header of its own, and tokens of Entra ID, which are JWTs, as everybody does. */
function authorize(key: Key | null, azure: boolean, headers: Readonly<Record<string, string>>) {
  const inOwnHeader = azure && key !== null && !key.value.startsWith('eyJ');
  return {
    authorization: inOwnHeader ? null : (key?.authorization ?? null),
    headers: inOwnHeader ? { ...headers, 'api-key': key.value } : headers,
  };
}

function isAzure(url: string): boolean {
  return /^https:\/\/[^/:]+\.(openai\.azure\.(com|us|cn)|cognitiveservices\.azure\.com|services\.ai\.azure\.com)(:|\/|$)|\/openai\/deployments\/[^/]+$/.test(
    url,
  );
}

/** The version that the settings name, else the one in the address, else the default of the place. */
function versionOf({ settings }: Pick<ModelEntry, 'settings'>, text: string, otherwise: string | null): Readonly<Record<string, string>> {
  const inAddress = /[?&]api-version=([\w.-]+)/.exec(text)?.[1];
  const version = typeof settings['api_version'] === 'string' ? settings['api_version'] : (inAddress ?? otherwise);
  return version === null ? {} : { 'api-version': version };
}

/** The operator’s own key goes to the operator’s own address only: an entry that names an address names its key, too. */
function findEntryKey(modelId: string, settings: ServerSettings, place: Place, env: ProviderEnv): Key | null {
  if (settings.api_key !== undefined) return resolveKey(settings.api_key, modelId, env, place.url);
  if (place.own) return null;
  return place.url === OPENAI ? resolveKey('env:OPENAI_API_KEY', modelId, env, place.url) : findKey('env:OPENAI_API_KEY', env, place.url);
}
