import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ProviderEnv } from '#ports/provider.ts';

/** A key with the name under which people know it. */
export interface Key {
  readonly name: string;
  /** The key alone, for vendors that take it in a header of their own. */
  readonly value: string;
  readonly authorization: string;
}

/**
 * Resolves `env:NAME` or `secret:NAME` for the address that it is sent to. Throws `InputError` where it is not set or
 * cannot be sent; the error names it and never shows it.
 */
export function resolveKey(reference: string, modelId: string, env: ProviderEnv, url?: string): Key {
  const key = findKey(reference, env, url);
  if (key === null) {
    const name = nameOf(reference);
    // One that is not there was told of when the stored keys were opened.
    if (reference.startsWith('secret:')) {
      const where = readServerAddress(url ?? '')?.origin ?? 'it';
      throw new InputError(`The model ${modelId} names the stored key ${name}, which may not be sent to ${where}`, {
        hint: `Store it again with that host (\`aegis secrets set ${name} --hosts …\`), or name another with \`api_key\`.`,
      });
    }
    throw new InputError(`The model ${modelId} needs the key ${name}, which is not set`, {
      hint: `Set ${name}, name another with \`api_key\`, or leave the model out: \`aegis models disable ${modelId}\`, or --models.`,
    });
  }
  return key;
}

/** As `resolveKey`, but null where it is not set. */
export function findKey(reference: string, env: ProviderEnv, url?: string): Key | null {
  const value = env.secret(reference, url)?.trim() ?? '';
  const name = nameOf(reference);
  if (value === '') return null;
  // A header with other characters makes `fetch` throw an error that shows the whole header.
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new InputError(`The key ${name} holds characters that no key has`, { hint: `Set ${name} to the key alone.` });
  return { name, value, authorization: `Bearer ${value}` };
}

/** The `headers` of an entry's settings as they are sent. Throws `InputError` where a key that one names is not set. */
export function resolveHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  modelId: string,
  env: ProviderEnv,
  url: string,
): Readonly<Record<string, string>> {
  const isReference = (value: string) => /^(env|secret):/.test(value);
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      isReference(value) ? resolveKey(value, modelId, env, url).value : value,
    ]),
  );
}

function nameOf(reference: string): string {
  return reference.replace(/^(env|secret):/, '');
}
