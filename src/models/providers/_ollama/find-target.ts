import { readServerAddress, type ServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ProviderEnv } from '#ports/provider.ts';
import { resolveHeaders, resolveKey } from '../_kit/key.ts';
import type { Target } from '../_kit/target.ts';

/** The port of a server that was set up as it comes: https://docs.ollama.com/faq */
const PORT = '11434';

type Asked = Pick<ModelEntry, 'model_id' | 'model_name' | 'settings'>;

/** Where the server of an entry is. Throws `InputError` for an address that is none. */
export function findServer(entry: Asked, env: ProviderEnv): ServerAddress {
  const written = entry.settings['base_url'];
  const [text, source] = typeof written === 'string' ? [written, 'base_url'] : [env.addresses['OLLAMA_HOST'] || '127.0.0.1', 'OLLAMA_HOST'];
  const address = readServerAddress(text, { port: PORT });
  if (address === null) {
    throw new InputError(`${source} of the model ${entry.model_id} is no address of a server`, {
      hint: `Write it as http://127.0.0.1:${PORT}.`,
    });
  }
  // The address of the other API is a common slip; the native one lives beside it.
  return { ...address, url: address.url.replace(/\/(v1|api)$/, '') };
}

/** The server of an entry with its key, where it has one. Throws `InputError` where that is not set. */
export function findTarget(
  entry: Asked,
  settings: { readonly api_key?: string | undefined; readonly headers?: Readonly<Record<string, string>> | undefined },
  env: ProviderEnv,
): Target {
  const server = findServer(entry, env);
  const key = settings.api_key === undefined ? null : resolveKey(settings.api_key, entry.model_id, env, server.url);
  const model = entry.model_name;
  return {
    model,
    url: server.url,
    authorization: key?.authorization ?? server.authorization,
    headers: resolveHeaders(settings.headers, entry.model_id, env, server.url),
    keyName: key?.name ?? (server.authorization === null ? null : 'OLLAMA_HOST'),
    fetch: env.fetch,
    advice: {
      unreachable: 'Start it with `ollama serve`, or set OLLAMA_HOST to where it runs.',
      unknownModel: `Pull it with \`ollama pull ${model}\`.`,
      tooLarge: 'Raise num_ctx in its settings, or use a model with a larger window.',
    },
  };
}
