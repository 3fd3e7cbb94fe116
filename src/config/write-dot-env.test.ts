import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeDotEnv } from './write-dot-env.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-env-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sets variables, keeps the others, and is read back by Node as it was written', () => {
  const file = join(folder, '.env');
  writeFileSync(file, '# mine\nPORT=4000\nAPP_ID=1\n');
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nabc=\n-----END RSA PRIVATE KEY-----\n';
  writeDotEnv(file, { APP_ID: '2', PRIVATE_KEY: `"${pem}"`, WEBHOOK_SECRET: 's' });
  expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({ PORT: '4000', APP_ID: '2', PRIVATE_KEY: pem, WEBHOOK_SECRET: 's' });
  expect(readFileSync(file, 'utf8')).toContain('# mine');
});

it('makes a file that only its owner may read', () => {
  const file = join(folder, '.env');
  writeDotEnv(file, { APP_ID: '2' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
