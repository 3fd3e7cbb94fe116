import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InputError } from '#model/errors.ts';
import { readMonthlyUsd } from './monthly-usd.ts';
import type { VariableName } from './variables.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What Aegis takes from its environment, whatever it does. An empty variable counts as not set. */
export interface Environment {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly cacheDir: string | undefined;
  readonly xdgCacheHome: string | undefined;
  readonly xdgConfigHome: string | undefined;
  /** File of the registered models, where there is no database. */
  readonly modelsFile: string | undefined;
  /** As it was written; what encrypts secrets reads it. */
  readonly secretKey: string | undefined;
  /** As it was written; what limits the calls of the process reads it. */
  readonly maxCalls: string | undefined;
  /** Folder with optional packages. */
  readonly runtimesDir: string | undefined;
  readonly inlineModels: boolean;
  /** As it was written: comma-separated. */
  readonly allowedHosts: string | undefined;
  readonly ollamaHost: string | undefined;
  readonly openaiBaseUrl: string | undefined;
  readonly anthropicBaseUrl: string | undefined;
  readonly googleBaseUrl: string | undefined;
  readonly hfEndpoint: string | undefined;
  /** As it was written: `readMonthlyUsd` reads it. */
  readonly monthlyUsd: string | undefined;
  readonly debug: boolean;
  readonly ci: boolean;
  /** What the user says about colours; null where the terminal decides. */
  readonly color: boolean | null;
  /** Any variable by name: where the key of a model is kept is the configuration's word. */
  variable(name: string): string | undefined;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

interface ServerEnvironment extends Environment {
  readonly role: 'all' | 'web' | 'worker';
  readonly port: number;
  readonly host: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly gheHost: string | undefined;
  readonly gheProtocol: 'http' | 'https';
  /** Whether writes to GitHub keep to its limits by themselves. */
  readonly writePace: 'on' | 'off';
}

/** A server that is a registered GitHub App. */
export interface AppEnvironment extends ServerEnvironment {
  readonly kind: 'app';
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** A server whose App is still to be registered. */
export interface SetupEnvironment extends ServerEnvironment {
  readonly kind: 'setup';
}

export type ServeEnvironment = AppEnvironment | SetupEnvironment;

/** Reads what every command needs. Never throws: what only the server needs is checked where the server starts. */
export function readEnvironment(variables: Variables): Environment {
  const read = reader(variables);
  return {
    dataDir: read('AEGIS_DATA_DIR') ?? '.aegis',
    databaseUrl: read('DATABASE_URL'),
    cacheDir: read('AEGIS_CACHE_DIR'),
    xdgCacheHome: read('XDG_CACHE_HOME'),
    xdgConfigHome: read('XDG_CONFIG_HOME'),
    modelsFile: read('AEGIS_MODELS_FILE'),
    secretKey: read('AEGIS_SECRET_KEY'),
    maxCalls: read('AEGIS_MAX_CALLS'),
    runtimesDir: read('AEGIS_RUNTIMES_DIR'),
    inlineModels: isOn(read('AEGIS_INLINE_MODELS')),
    allowedHosts: read('AEGIS_ALLOWED_HOSTS'),
    ollamaHost: read('OLLAMA_HOST'),
    openaiBaseUrl: read('OPENAI_BASE_URL'),
    anthropicBaseUrl: read('ANTHROPIC_BASE_URL'),
    googleBaseUrl: read('GOOGLE_GEMINI_BASE_URL'),
    hfEndpoint: read('HF_ENDPOINT'),
    monthlyUsd: read('AEGIS_MONTHLY_USD'),
    debug: isOn(read('AEGIS_DEBUG')),
    ci: isOn(read('CI')),
    // https://no-color.org: any value but an empty one.
    color: read('NO_COLOR') !== undefined ? false : read('FORCE_COLOR') === undefined ? null : isOn(read('FORCE_COLOR')),
    variable: (name) => variables[name],
  };
}

/**
 * Reads what `aegis serve` needs; options of the command line win. Throws `InputError` that names the variable where
 * one is missing or wrong: a server with half an identity must not start.
 */
export async function readServeEnvironment(
  variables: Variables,
  options: { readonly role: 'all' | 'web' | 'worker'; readonly port?: number | undefined; readonly host?: string | undefined },
): Promise<ServeEnvironment> {
  const read = reader(variables);
  const server: ServerEnvironment = {
    ...readEnvironment(variables),
    role: options.role,
    port: options.port ?? readPort(read('PORT')),
    host: options.host ?? read('HOST') ?? '127.0.0.1',
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, read('LOG_LEVEL')?.toLowerCase()) ?? 'info',
    gheHost: readHost(read('GHE_HOST')),
    writePace: oneOf('AEGIS_WRITE_PACE', ['on', 'off'] as const, read('AEGIS_WRITE_PACE')?.toLowerCase()) ?? 'on',
    gheProtocol: oneOf('GHE_PROTOCOL', ['https', 'http'] as const, read('GHE_PROTOCOL')) ?? 'https',
  };
  checkDatabaseUrl(server.databaseUrl);
  readMonthlyUsd(server);
  const appId = read('APP_ID');
  if (appId === undefined) return { ...server, kind: 'setup' };
  if (!/^[1-9]\d{0,15}$/.test(appId)) throw wrong('APP_ID', 'is not the number of a GitHub App', "Copy it from the App's settings page.");
  const webhookSecret = read('WEBHOOK_SECRET');
  if (webhookSecret === undefined) {
    throw wrong(
      'WEBHOOK_SECRET',
      'is not set, so nobody could tell a webhook of GitHub from a forged one',
      'Set it to the webhook secret of the App.',
    );
  }
  return {
    ...server,
    kind: 'app',
    appId: Number(appId),
    webhookSecret,
    privateKey: await readPrivateKey(read('PRIVATE_KEY'), read('PRIVATE_KEY_PATH')),
  };
}

function reader(variables: Variables): (name: VariableName) => string | undefined {
  return (name) => variables[name]?.trim() || undefined;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(0|false|no|off)$/i.test(value);
}

function readPort(value: string | undefined): number {
  if (value === undefined) return 3000;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw wrong('PORT', 'is not a port', 'Set it to a whole number from 0 to 65535.');
  return port;
}

function readHost(value: string | undefined): string | undefined {
  if (value === undefined || /^[a-z0-9.-]+(:\d{1,5})?$/i.test(value)) return value;
  throw wrong('GHE_HOST', 'is not a host', 'Set it to a name such as `github.example.com`, without `https://`.');
}

function oneOf<T extends string>(name: VariableName, allowed: readonly T[], value: string | undefined): T | undefined {
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined) throw wrong(name, 'has an unknown value', `Set it to ${allowed.join(', ')}.`);
  return found;
}

/** The URL holds a password, so the message does not show it. */
function checkDatabaseUrl(value: string | undefined): void {
  if (value === undefined || /^postgres(ql)?:\/\/\S+$/i.test(value)) return;
  throw wrong('DATABASE_URL', 'is not an address of a PostgreSQL database', 'Write it as postgres://user:password@host:port/name.');
}

async function readPrivateKey(text: string | undefined, path: string | undefined): Promise<string> {
  if (text !== undefined) return checkPem('PRIVATE_KEY', unfold(text));
  if (path === undefined) throw wrong('PRIVATE_KEY', 'is not set', "Set it, or PRIVATE_KEY_PATH, to the App's private key.");
  try {
    return checkPem('PRIVATE_KEY_PATH', await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw wrong('PRIVATE_KEY_PATH', 'names a file that cannot be read', 'Check the path and its permissions.', error);
  }
}

/** Variables hold no line ends easily: `\n` in words, or the whole in base64, as Probot takes them. */
function unfold(text: string): string {
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  return pem.replaceAll('\\n', '\n');
}

function checkPem(name: VariableName, pem: string): string {
  try {
    createPrivateKey(pem);
    return pem;
  } catch {
    // The cause is left out: some versions of OpenSSL quote the input.
    throw wrong(name, 'is not a private key in PEM form', "Download a private key on the App's settings page.");
  }
}

function wrong(name: VariableName, what: string, hint: string, cause?: unknown): InputError {
  return new InputError(`${name} ${what}`, { hint, ...(cause === undefined ? {} : { cause }) });
}
