import { InputError } from '#model/errors.ts';
import type { ProviderEnv } from '#ports/provider.ts';

/** A key with the name under which people know it. */
export interface Key {
  readonly name: string;
  readonly authorization: string;
}

/** Resolves `env:NAME`. Throws `InputError` where it is not set or cannot be sent; the error names it and never shows it. */
export function resolveKey(reference: string, modelId: string, env: ProviderEnv): Key {
  const key = findKey(reference, env);
  if (key === null) {
    const name = nameOf(reference);
    throw new InputError(`The model ${modelId} needs the key ${name}, which is not set`, {
      hint: `Set ${name}, or name another with \`api_key\`.`,
    });
  }
  return key;
}

/** As `resolveKey`, but null where it is not set. */
export function findKey(reference: string, env: ProviderEnv): Key | null {
  const value = env.secret(reference)?.trim() ?? '';
  const name = nameOf(reference);
  if (value === '') return null;
  // A header with other characters makes `fetch` throw an error that shows the whole header.
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new InputError(`The key ${name} holds characters that no key has`, { hint: `Set ${name} to the key alone.` });
  return { name, authorization: `Bearer ${value}` };
}

function nameOf(reference: string): string {
  return reference.replace(/^(env|secret):/, '');
}
