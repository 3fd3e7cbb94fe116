import type { ProviderEnv } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';

/** Versions that are known to work. */
const VERSIONS: Readonly<Record<string, string>> = { '@huggingface/transformers': '4.3.1', 'node-llama-cpp': '3.21.1' };

/** Where an optional runtime begins. Throws `ProviderError` with the command that installs it. */
export function locateRuntime(env: ProviderEnv, name: string, model: string): string {
  try {
    return env.locatePackage(name);
  } catch (error) {
    throw missing(name, model, error);
  }
}

/** Loads an optional runtime into this process. Throws `ProviderError`. */
export async function importRuntime<T>(env: ProviderEnv, name: string, model: string): Promise<T> {
  locateRuntime(env, name, model);
  try {
    return (await env.importPackage(name)) as T;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ProviderError('bad-request', `The package ${name} of ${model} could not be loaded: ${line.slice(0, 300)}`, {
      hint: `Install it anew: npm install ${name}@${VERSIONS[name]}.`,
      cause: error,
    });
  }
}

function missing(name: string, model: string, cause: unknown): ProviderError {
  return new ProviderError('not-found', `${model} needs the package ${name}, which is not installed`, {
    hint: `Install it beside Aegis, or in the folder that AEGIS_RUNTIMES_DIR names: npm install ${name}@${VERSIONS[name]}.`,
    cause,
  });
}
