import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installationSecret, serverSecret } from './installation-secret.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-secret-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is the same on every run, and for processes that start at once', async () => {
  const inner = join(folder, 'cache');
  const many = await Promise.all(Array.from({ length: 8 }, () => installationSecret(inner)));
  expect(new Set([...many, await installationSecret(inner)]).size).toBe(1);
});

it('is readable by its owner only', async () => {
  await installationSecret(folder);
  expect(statSync(join(folder, 'fence-secret')).mode & 0o777).toBe(0o600);
});

it('is fresh where it cannot be kept', async () => {
  writeFileSync(join(folder, 'file'), '');
  const nowhere = join(folder, 'file', 'cache');
  expect(await installationSecret(nowhere)).not.toBe(await installationSecret(nowhere));
});

it('of a server is the same in all its processes, and shows nothing of the secret it is made from', () => {
  expect(serverSecret('a webhook secret')).toBe(serverSecret('a webhook secret'));
  expect(serverSecret('a webhook secret')).not.toBe(serverSecret('another one'));
  expect(serverSecret('a webhook secret')).toMatch(/^[0-9a-f]{64}$/);
});
