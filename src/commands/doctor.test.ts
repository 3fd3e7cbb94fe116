import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError, UnavailableError } from '#model/errors.ts';
import { runCommand } from '../../test/fakes/run-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], overrides: Parameters<typeof runCommand>[2] = {}) => runCommand(folder, args, overrides);
const write = (text: string, name = '.aegis.yml') => writeFileSync(join(folder, name), text);

describe('aegis doctor', () => {
  const lineOf = (out: string, name: string) => out.split('\n').find((line) => line.includes(name)) ?? '';

  it('is content where all that is needed is there', async () => {
    const { out, code } = await run(['doctor']);
    expect(code).toBe(0);
    expect(lineOf(out, 'Node.js')).toMatch(/^✔ Node\.js .*24\.1\.0$/);
    expect(lineOf(out, 'Git ')).toMatch(/^✔ Git +\d+\.\d+/);
    expect(lineOf(out, 'Repository')).toMatch(/^– Repository .*not a git repository/);
    expect(lineOf(out, 'GitHub')).toMatch(/^– GitHub .*APP_ID/);
    expect(lineOf(out, 'Database')).toMatch(/^– Database/);
    expect(lineOf(out, 'Configuration')).toMatch(/^✔ Configuration .*the defaults hold/);
    expect(lineOf(out, 'builtin/patterns')).toMatch(/^✔ builtin\/patterns +runs in this process$/);
  });

  it.each([
    { name: 'an old Node.js', overrides: { nodeVersion: '18.20.0' }, line: /^✖ Node\.js .*18\.20\.0 does not run Aegis: install 24/ },
    { name: 'a Node.js between two supported lines', overrides: { nodeVersion: '21.7.0' }, line: /^✖ Node\.js/ },
    {
      name: 'credentials that GitHub refuses',
      overrides: { checkGitHub: () => Promise.resolve({ available: false, detail: 'GitHub does not know this App: check APP_ID' }) },
      line: /^✖ GitHub .*check APP_ID$/,
    },
    {
      name: 'a database that is down',
      overrides: { checkDatabase: () => Promise.reject(new UnavailableError('the database does not answer', { hint: 'Start it.' })) },
      line: /^✖ Database .*the database does not answer: start it\.$/,
    },
    {
      name: 'a model whose key is not set',
      overrides: {
        connect: () =>
          Promise.reject(new InputError('The model gpt needs the key OPENAI_API_KEY, which is not set', { hint: 'Set OPENAI_API_KEY.' })),
      },
      line: /^✖ builtin\/patterns .*needs the key OPENAI_API_KEY/,
    },
  ])('finds $name, says how to mend it, and ends with 1', async ({ overrides, line }) => {
    const { out, code } = await run(['doctor'], overrides);
    expect(out.split('\n').some((one) => line.test(one))).toBe(true);
    expect(code).toBe(1);
  });

  it('asks a model with several seats once', async () => {
    const inline = '{ id: a, provider: openai_compatible, model: a, roles: [deep_scan, judge, explain] }';
    writeFileSync(join(folder, '.aegis.yml'), `models: [${inline}]\n`);
    const { out } = await run(['doctor']);
    expect(out.split('\n').filter((line) => /^✔ a /.test(line))).toHaveLength(1);
  });

  it('shows every problem of the configuration', async () => {
    write('reveiw: {}\nchekc: {}\n');
    const { out, code } = await run(['doctor']);
    expect(out).toMatch(/✖ Configuration .*has 2 problems:\n +1:1 reveiw: .*\n +2:1 chekc: /);
    expect(code).toBe(1);
  });

  it('says that the support of Node.js 20 has ended, and is content with it', async () => {
    const { out, code } = await run(['doctor'], { nodeVersion: '20.20.2' });
    expect(lineOf(out, 'Node.js')).toMatch(/^✔ Node\.js .*24 is recommended/);
    expect(code).toBe(0);
  });
});
