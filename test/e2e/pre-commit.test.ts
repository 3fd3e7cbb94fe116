import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { git, makeRepository, runAegis, writeFiles } from './run-aegis.ts';

/** What pre-commit asks of a hook: https://pre-commit.com/#new-hooks */
const hookSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  entry: z.string(),
  language: z.literal('node'),
  pass_filenames: z.boolean(),
  require_serial: z.boolean(),
  stages: z.array(z.enum(['pre-commit', 'pre-push', 'manual'])),
  minimum_pre_commit_version: z.string().regex(/^\d+\.\d+\.\d+$/),
});

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const [hook] = z.tuple([hookSchema]).parse(parse(file('.pre-commit-hooks.yaml')));
const [command = '', ...args] = hook.entry.split(' ');

const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';

it('the hook runs a command of this package and passes it no file names', () => {
  expect(Object.keys((JSON.parse(file('package.json')) as { bin: object }).bin)).toContain(command);
  expect(hook.pass_filenames).toBe(false);
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
