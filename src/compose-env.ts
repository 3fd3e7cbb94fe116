import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve as resolveModule } from 'import-meta-resolve';
import type { Environment } from './config/env.ts';
import { readServerAddress } from './lib/server-address.ts';
import { InputError } from './model/errors.ts';
import type { ModelEntry } from './model/model-entry.ts';
import { patientFetch } from './models/calls/patient-fetch.ts';
import type { ProviderEnv, QuirkMemory } from './ports/provider.ts';
import type { SecretInfo, SecretStore } from './ports/secret-store.ts';

/** A stored key, opened, with what it is bound to. */
export type OpenSecret = SecretInfo & { readonly value: string };

/** For whom a model is called. */
export interface Caller {
  /** Whether the entry is the word of whoever runs Aegis: its keys of the environment are for such entries only. */
  readonly owned: boolean;
  /** `owner/name` of the repository that is reviewed; null outside of a server. */
  readonly repository: string | null;
}

/** What a program needs to find its parts. None of them holds a secret. */
const CHILD_VARIABLES = [
  ...['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'LC_ALL', 'TZ'],
  // Where the libraries of graphics cards are, and which cards may be used.
  ...['LD_LIBRARY_PATH', 'CUDA_PATH', 'CUDA_VISIBLE_DEVICES'],
];

/** Addresses that the operator set by environment, by the names of their variables. */
export function operatorAddresses(env: Environment): Readonly<Record<string, string | undefined>> {
  return {
    OLLAMA_HOST: env.ollamaHost,
    OPENAI_BASE_URL: env.openaiBaseUrl,
    ANTHROPIC_BASE_URL: env.anthropicBaseUrl,
    GOOGLE_GEMINI_BASE_URL: env.googleBaseUrl,
    HF_ENDPOINT: env.hfEndpoint,
  };
}

/** What providers may take from outside. `secrets`: those that the entry names, opened before. */
export function createProviderEnv(
  env: Environment,
  parts: { readonly secrets: ReadonlyMap<string, OpenSecret>; readonly quirks: QuirkMemory; readonly caller: Caller },
): ProviderEnv {
  const { secrets, quirks, caller } = parts;
  return {
    addresses: operatorAddresses(env),
    secret(reference, url) {
      const [kind, name] = splitReference(reference);
      if (kind === 'env') return caller.owned ? env.variable(name) : undefined;
      const secret = kind === 'secret' ? secrets.get(name) : undefined;
      return secret === undefined || refuseSecret(secret, url, caller.repository) !== null ? undefined : secret.value;
    },
    fetch: patientFetch,
    importPackage: async (name) => await import(locatePackage(name, env.runtimesDir)),
    locatePackage: (name) => locatePackage(name, env.runtimesDir),
    childVariables: Object.fromEntries(
      CHILD_VARIABLES.map((name) => [name, env.variable(name)] as const).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
    baseFolder: process.cwd(),
    quirks,
  };
}

/**
 * Why a stored key may not be used there: one sentence, or null where it may. `repository`: for whose review; a key
 * that names repositories is for those alone, and one that names none is for models of the registry.
 */
export function refuseSecret({ name, hosts, repositories }: SecretInfo, url: string | undefined, repository: string | null): string | null {
  const address = readServerAddress(url ?? '');
  const at = address === null ? null : new URL(address.url);
  const port = at === null ? '' : at.port || (at.protocol === 'https:' ? '443' : '80');
  // A host without a port means its encrypted one; in clear a key goes where the port says that this is meant.
  const allowed =
    at === null ? [] : [`${at.hostname}:${port}`, ...(at.protocol === 'https:' || isLoopback(at.hostname) ? [at.hostname] : [])];
  if (at === null || !hosts.some((host) => allowed.includes(host.toLowerCase()))) {
    return `the stored key ${name} may not be sent to ${at?.host ?? 'this model'}`;
  }
  if (repository === null || repositories.length === 0) return null;
  // GitHub does not tell names apart by their case.
  const [wanted, bound] = [repository.toLowerCase(), repositories.map((one) => one.toLowerCase())];
  if (bound.includes(wanted) || bound.includes(`${wanted.split('/')[0]}/*`)) return null;
  return `the stored key ${name} may not be used for ${repository}`;
}

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

/** Opens every stored key that the entries name. Throws `InputError` for one that is not there or cannot be read. */
export async function openSecrets(
  entries: readonly Pick<ModelEntry, 'settings'>[],
  store: SecretStore | null,
): Promise<ReadonlyMap<string, OpenSecret>> {
  const named = new Set(entries.flatMap((entry) => secretsNamedIn(entry.settings)));
  const opened = new Map<string, OpenSecret>();
  for (const name of named) {
    if (store === null) {
      throw new InputError(`the stored key ${name} cannot be read without AEGIS_SECRET_KEY`, {
        hint: 'Set AEGIS_SECRET_KEY to the key that it was stored under.',
      });
    }
    const secret = await store.open(name);
    if (secret === null)
      throw new InputError(`there is no stored key ${name}`, { hint: `Store it with \`aegis secrets set ${name} --hosts HOST\`.` });
    opened.set(name, secret);
  }
  return opened;
}

/** Names in `secret:NAME`, wherever they stand in the settings. */
function secretsNamedIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('secret:') ? [splitReference(value)[1]] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsNamedIn) : [];
}

function splitReference(reference: string): [string, string] {
  const at = reference.indexOf(':');
  return [reference.slice(0, at), reference.slice(at + 1)];
}

/**
 * Where a package begins that is not installed with Aegis: beside it, else in the folder that the operator names.
 * Never in the folder in which a review runs: that may belong to whoever wrote the change. Throws as `import` does.
 */
function locatePackage(name: string, runtimesDir: string | undefined): string {
  try {
    return resolveModule(name, import.meta.url);
  } catch (error) {
    if (runtimesDir === undefined) throw error;
    return resolveModule(name, pathToFileURL(resolve(runtimesDir, 'package.json')).href);
  }
}
