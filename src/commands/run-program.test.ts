import { describe, expect, it } from 'vitest';
import { AegisError, ConfigError, InputError, UnavailableError } from '#model/errors.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { KNOWN } from '../../test/fakes/known-parts.ts';
import type { ProgramDeps } from './program.ts';
import { runProgram } from './run-program.ts';

/** Runs a command line on which `aegis db migrate` does what the test says. */
async function run(
  args: readonly string[],
  migrateDatabase: () => Promise<{ applied: number; place: string }> = async () => ({ applied: 0, place: '.aegis/db' }),
  options: { signal?: AbortSignal; debug?: boolean } = {},
) {
  const said = { out: '', err: '' };
  const never = () => Promise.reject(new TypeError('not part of this test'));
  const deps: Omit<ProgramDeps, 'exit'> = {
    io: {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      readStdin: async () => '',
      ...{ isTerminal: false, color: false, width: 80 },
    },
    ...{ cwd: '/', version: '1.2.3', known: KNOWN, reporters: [], nodeVersion: '24.0.0', checkDatabase: null, checkGitHub: null },
    signal: options.signal ?? new AbortController().signal,
    resolvePlan: () => {
      throw new TypeError('not part of this test');
    },
    ...{ scan: never, preview: never, connect: never, serve: async () => {}, migrateDatabase },
    ...{
      isSet: () => false,
      now: () => '2026-01-01T00:00:00Z',
      openDesk: never,
      openSecrets: never,
      openSecretNames: never,
      openArchive: never,
      openPipelines: never,
      providers: [],
      discover: never,
      pull: never,
      searchHub: never,
    },
    replay: () => {
      throw new TypeError('not part of this test');
    },
  };
  const code = await runProgram(args, deps, options.debug ?? false);
  return { code, ...said };
}

class Unknown extends AegisError {
  readonly code = 'AEGIS_TEST';
}

describe('whatever goes wrong becomes one sentence and an exit code', () => {
  it.each<{ name: string; error: unknown; code: number; says: string }>([
    {
      name: 'a fault of the input',
      error: new InputError('there is no diff at a.diff', { hint: 'Give a path.' }),
      code: 2,
      says: 'aegis: there is no diff at a.diff. Give a path.\n',
    },
    {
      name: 'a sentence that has its full stop',
      error: new InputError('Nothing is there!', { hint: 'Look.' }),
      code: 2,
      says: 'aegis: Nothing is there! Look.\n',
    },
    {
      name: 'something outside that is away',
      error: new UnavailableError('the database is away', { hint: 'Start it.' }),
      code: 2,
      says: 'aegis: the database is away. Start it.\n',
    },
    {
      name: 'a model that cannot be called',
      error: new ProviderError('unreachable', 'nothing answers', { hint: 'Run `ollama serve`.' }),
      code: 2,
      says: 'aegis: nothing answers. Run `ollama serve`.\n',
    },
    { name: 'an error of a kind to come', error: new Unknown('it is new', { hint: 'Read.' }), code: 2, says: 'aegis: it is new. Read.\n' },
    {
      name: 'a configuration, with all its problems and their places',
      error: new ConfigError('.aegis.yml', [
        { line: 1, column: 1, key: 'reveiw', message: 'is not known' },
        { line: 4, column: 9, key: '', message: 'is not YAML' },
      ]),
      code: 2,
      says: 'aegis: .aegis.yml has 2 problems\n  1:1  reveiw: is not known\n  4:9  is not YAML\n',
    },
    {
      name: 'a fault of Aegis itself',
      error: new TypeError("cannot read 'x' of undefined"),
      code: 3,
      says: "aegis: a fault of Aegis itself: cannot read 'x' of undefined. Set AEGIS_DEBUG=1 to see where.\n",
    },
    {
      name: 'its first line is enough',
      error: new Error('first\nsecond\n    at x'),
      code: 3,
      says: 'aegis: a fault of Aegis itself: first. Set AEGIS_DEBUG=1 to see where.\n',
    },
    {
      name: 'what is thrown and is no error',
      error: 'text',
      code: 3,
      says: 'aegis: a fault of Aegis itself: text. Set AEGIS_DEBUG=1 to see where.\n',
    },
    { name: 'null', error: null, code: 3, says: 'aegis: a fault of Aegis itself: null. Set AEGIS_DEBUG=1 to see where.\n' },
  ])('$name', async ({ error, code, says }) => {
    const ran = await run(['db', 'migrate'], () => Promise.reject(error));
    expect(ran).toEqual({ code, out: '', err: says });
  });

  it('a cancelled command is told apart, whatever it threw', async () => {
    for (const error of [new Error('aborted'), new InputError('gone', { hint: 'x' }), new ConfigError('a', [])]) {
      const ran = await run(['db', 'migrate'], () => Promise.reject(error), { signal: AbortSignal.abort(error) });
      expect(ran).toEqual({ code: 130, out: '', err: 'aegis: cancelled; nothing was concluded\n' });
    }
  });

  it('a stack is shown only to who asks for it', async () => {
    const failing = () => Promise.reject(new InputError('no', { hint: 'x' }));
    expect((await run(['db', 'migrate'], failing)).err).not.toMatch(/\n\s+at /);
    expect((await run(['db', 'migrate'], failing, { debug: true })).err).toMatch(/\n\s+at /);
  });

  it('words of strangers in it neither move the cursor nor command a runner', async () => {
    const problems = [{ line: 1, column: 1, key: 'a\u001B[2Jb', message: 'c\n::error::pwn\u202Ed' }];
    const config = await run(['db', 'migrate'], () => Promise.reject(new ConfigError('x', problems)));
    expect(config.err).toBe('aegis: x has 1 problem\n  1:1  a<U+001B>[2Jb: c ::error::pwn<U+202E>d\n');
    const input = await run(['db', 'migrate'], () => Promise.reject(new InputError('a\u001B[31m', { hint: 'b\n::warning::c' })));
    expect(input.err).toBe('aegis: a<U+001B>[31m. b\n: :warning::c\n');
  });
});

describe('commander', () => {
  it.each([
    { args: ['--version'], code: 0, out: /^1\.2\.3\n$/, err: /^$/ },
    { args: ['--help'], code: 0, out: /Usage: aegis/, err: /^$/ },
    { args: ['review', '--help'], code: 0, out: /--diff/, err: /^$/ },
    { args: ['config', 'validate', '--help'], code: 0, out: /Usage: aegis config validate/, err: /^$/ },
    { args: [], code: 2, out: /^$/, err: /Usage: aegis/ },
    { args: ['config'], code: 2, out: /^$/, err: /Usage: aegis config/ },
    { args: ['nonsense'], code: 2, out: /^$/, err: /unknown command 'nonsense'/ },
    { args: ['db', 'migrate', '--nonsense'], code: 2, out: /^$/, err: /unknown option '--nonsense'/ },
    { args: ['serve', '--port', '70000'], code: 2, out: /^$/, err: /whole number from 0 to 65535/ },
    { args: ['serve', '--role', 'king'], code: 2, out: /^$/, err: /all, web, worker/ },
    { args: ['db', 'migrate'], code: 0, out: /\.aegis\/db/, err: /^$/ },
    { args: ['serve'], code: 0, out: /^$/, err: /^$/ },
  ])('$args → $code', async ({ args, code, out, err }) => {
    const ran = await run(args);
    expect(ran).toEqual({ code, out: expect.stringMatching(out), err: expect.stringMatching(err) });
  });
});
