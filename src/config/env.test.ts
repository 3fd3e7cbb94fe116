import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { readEnvironment, readServeEnvironment } from './env.ts';
import { readMonthlyUsd } from './monthly-usd.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const folder = mkdtempSync(join(tmpdir(), 'aegis-env-'));
const keyFile = join(folder, 'key.pem');
writeFileSync(keyFile, pem);
afterAll(() => rmSync(folder, { recursive: true }));

const app = { APP_ID: '12', WEBHOOK_SECRET: 'shh', PRIVATE_KEY: pem };

describe('readEnvironment', () => {
  it('has defaults, and takes an empty variable as not set', () => {
    const env = readEnvironment({ DATABASE_URL: '', AEGIS_DATA_DIR: ' ', CI: '' });
    expect(env).toMatchObject({ dataDir: '.aegis', databaseUrl: undefined, inlineModels: false, debug: false, ci: false, color: null });
  });

  it.each([
    { variables: { AEGIS_INLINE_MODELS: '1' }, expected: { inlineModels: true } },
    { variables: { AEGIS_INLINE_MODELS: '0' }, expected: { inlineModels: false } },
    { variables: { AEGIS_INLINE_MODELS: 'false' }, expected: { inlineModels: false } },
    { variables: { NO_COLOR: '1', FORCE_COLOR: '1' }, expected: { color: false } },
    { variables: { FORCE_COLOR: '1' }, expected: { color: true } },
    { variables: { FORCE_COLOR: '0' }, expected: { color: false } },
    { variables: { CI: 'true', AEGIS_DEBUG: '1' }, expected: { ci: true, debug: true } },
    {
      variables: { AEGIS_MODELS_FILE: 'models.yml', AEGIS_SECRET_KEY: ' k ', AEGIS_RUNTIMES_DIR: '/opt/runtimes', XDG_CONFIG_HOME: '/c' },
      expected: { modelsFile: 'models.yml', secretKey: 'k', runtimesDir: '/opt/runtimes', xdgConfigHome: '/c' },
    },
    {
      variables: { ANTHROPIC_BASE_URL: 'http://a', GOOGLE_GEMINI_BASE_URL: 'http://g', HF_ENDPOINT: 'http://h' },
      expected: { anthropicBaseUrl: 'http://a', googleBaseUrl: 'http://g', hfEndpoint: 'http://h' },
    },
    { variables: { AEGIS_SECRET_KEY: '' }, expected: { secretKey: undefined, hfEndpoint: undefined } },
    { variables: { PORT: 'nonsense', WEBHOOK_SECRET: '' }, expected: { dataDir: '.aegis' } },
  ])('reads $variables', ({ variables, expected }) => expect(readEnvironment(variables)).toMatchObject(expected));

  it('gives any variable by name, as it is', () => {
    const env = readEnvironment({ MY_KEY: ' k ' });
    expect(env.variable('MY_KEY')).toBe(' k ');
    expect(env.variable('OTHER')).toBeUndefined();
  });
});

describe('readServeEnvironment', () => {
  it('is the set-up without an App', async () => {
    expect(await readServeEnvironment({}, { role: 'all' })).toMatchObject({
      kind: 'setup',
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'info',
    });
  });

  it.each([
    { written: '20', read: 20 },
    { written: '7.50', read: 7.5 },
    { written: '0', read: 0 },
    { written: '', read: null },
    { written: undefined, read: null },
  ])('takes a monthly limit of $written', async ({ written, read }) => {
    expect(readMonthlyUsd(await readServeEnvironment({ AEGIS_MONTHLY_USD: written }, { role: 'all' }))).toBe(read);
  });

  it.each([
    { name: 'PEM', key: { PRIVATE_KEY: pem } },
    { name: 'PEM with \\n in words', key: { PRIVATE_KEY: pem.replaceAll('\n', '\\n') } },
    { name: 'PEM in base64', key: { PRIVATE_KEY: Buffer.from(pem).toString('base64') } },
    { name: 'a file', key: { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: keyFile } },
  ])('takes the private key as $name', async ({ key }) => {
    const env = await readServeEnvironment({ ...app, ...key }, { role: 'web', port: 0, host: '::1' });
    expect(env).toMatchObject({ kind: 'app', appId: 12, webhookSecret: 'shh', role: 'web', port: 0, host: '::1' });
    expect(env.kind === 'app' && env.privateKey.trim()).toBe(pem.trim());
  });

  it.each([
    { name: 'no webhook secret', variables: { ...app, WEBHOOK_SECRET: '' }, message: /^WEBHOOK_SECRET is not set/ },
    { name: 'an App id that is none', variables: { ...app, APP_ID: 'my-app' }, message: /^APP_ID is not the number/ },
    { name: 'no private key', variables: { ...app, PRIVATE_KEY: '' }, message: /^PRIVATE_KEY is not set/ },
    { name: 'a private key that is none', variables: { ...app, PRIVATE_KEY: 'topsecret' }, message: /^PRIVATE_KEY is not a private key/ },
    {
      name: 'a key file that is not there',
      variables: { ...app, PRIVATE_KEY: '', PRIVATE_KEY_PATH: join(folder, 'no.pem') },
      message: /^PRIVATE_KEY_PATH names a file that cannot be read/,
    },
    { name: 'a port that is none', variables: { PORT: '70000' }, message: /^PORT is not a port/ },
    { name: 'a port in words', variables: { PORT: 'http' }, message: /^PORT is not a port/ },
    { name: 'a log level that is none', variables: { LOG_LEVEL: 'loud' }, message: /^LOG_LEVEL has an unknown value/ },
    { name: 'a monthly limit in words', variables: { AEGIS_MONTHLY_USD: '$20' }, message: /^AEGIS_MONTHLY_USD is not an amount/ },
    { name: 'a monthly limit below nothing', variables: { AEGIS_MONTHLY_USD: '-1' }, message: /^AEGIS_MONTHLY_USD is not an amount/ },
    { name: 'a host with a scheme', variables: { GHE_HOST: 'https://ghe.example' }, message: /^GHE_HOST is not a host/ },
    {
      name: 'a database of another kind',
      variables: { DATABASE_URL: 'mysql://root:hunter2@db/x' },
      message: /^DATABASE_URL is not an address/,
    },
  ])('refuses to start with $name', async ({ variables, message }) => {
    const started = readServeEnvironment(variables, { role: 'all' });
    await expect(started).rejects.toThrow(InputError);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.not.toThrow(/hunter2|topsecret/);
  });
});
