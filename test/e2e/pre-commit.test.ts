import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { git, makeFolder, makeRepository, runAegis, writeFiles } from './run-aegis.ts';

/** What pre-commit asks of a hook: https://pre-commit.com/#new-hooks */
const hookSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  entry: z.string(),
  language: z.literal('script'),
  pass_filenames: z.boolean(),
  require_serial: z.boolean(),
  stages: z.array(z.enum(['pre-commit', 'pre-push', 'manual'])),
  minimum_pre_commit_version: z.string().regex(/^\d+\.\d+\.\d+$/),
});

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const [hook] = z.tuple([hookSchema]).parse(parse(file('.pre-commit-hooks.yaml')));
const [command = '', ...args] = hook.entry.split(' ');

const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';

it('the hook runs a program of this repository and passes it no file names', () => {
  const repo = makeRepository({ 'a.js': 'export const a = 1;\n' });
  writeFiles(repo, { 'a.js': UNSAFE });
  git(repo, 'add', 'a.js');
  const program = fileURLToPath(new URL(`../../${command}`, import.meta.url));
  const ran = spawnSync(program, args, { cwd: repo, encoding: 'utf8' });
  expect([ran.status, ran.stderr]).toEqual([1, '']);
  expect(ran.stdout).toContain('CWE-89');
  expect(hook.pass_filenames).toBe(false);
});

it('a clone that npm cannot make ready is told in one sentence, and stops the commit', () => {
  const clone = makeFolder();
  for (const name of ['aegis.js', 'aegis-hook.js']) cpSync(new URL(`../../bin/${name}`, import.meta.url), join(clone, 'bin', name));
  writeFiles(clone, { 'package.json': '{ "type": "module" }' });
  const ran = spawnSync(process.execPath, [join(clone, command), ...args], { cwd: clone, encoding: 'utf8' });
  expect([ran.status, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toMatch(/^aegis: the hook could not be made ready \(.+\)\. Check that npm works here, then commit again\.\n$/);
});

it('the configuration says from which severity a commit stops', async () => {
  const repo = makeRepository({ 'a.js': 'export const a = 1;\n', '.aegis.yml': 'check: { fail_on: critical }\n' });
  writeFiles(repo, { 'a.js': UNSAFE });
  git(repo, 'add', 'a.js');
  expect((await runAegis(args, { cwd: repo })).code).toBe(0);
  expect((await runAegis([...args, '--fail-on', 'high'], { cwd: repo })).code).toBe(1);
});

it('a weakness that is staged stops the commit; one that is not staged does not', async () => {
  const repo = makeRepository({ 'a.js': 'export const a = 1;\n' });
  writeFiles(repo, { 'a.js': UNSAFE });
  const unstaged = await runAegis(args, { cwd: repo });
  expect(unstaged.code).toBe(0);
  git(repo, 'add', 'a.js');
  const staged = await runAegis(args, { cwd: repo });
  expect(staged.code).toBe(1);
  expect(staged.stdout).toContain('CWE-89');
});
