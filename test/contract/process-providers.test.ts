import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { agent } from '#models/providers/agent.ts';
import { plugin } from '#models/providers/plugin.ts';
import { tool } from '#models/providers/tool.ts';
import type { ModelRequest, Provider } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { chunkOf } from '../fakes/chunk-of.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { entryFor, never, providerEnv, requestOf } from '../fakes/provider-env.ts';
import { ANSWER, ECHO, examineProvider, SITUATIONS, type Situation } from './provider.ts';

/** Programs in place of servers: what a situation's program does, as the source of a Node script. */
type Stage = Partial<Record<Situation, string>>;

const NO_SERVER = 'a program is no server: its own faults are examined below';
const NOT_SAID = 'a program has no way to say it';

/** Reasons for all situations but those that are staged. */
function skipsBut(stage: Stage): Partial<Record<Situation, string>> {
  const said: readonly Situation[] = ['answers with a tool call', 'reasons beside its answer', 'is stopped by a content filter'];
  return Object.fromEntries(
    SITUATIONS.filter((name) => !(name in stage)).map((name) => [name, said.includes(name) ? NOT_SAID : NO_SERVER]),
  );
}

/** Stands where the suite wants a server: nothing listens, and the situation's program is the entry's command. */
const noServer: ModelServer = { url: 'examined', requests: [], close: async () => undefined };

const nodeScript = (source: string) => [process.execPath, '-e', `${source}\n//`];

function examineProgram(name: string, provider: Provider, stage: Stage, settings: Record<string, unknown>, chunk?: ModelRequest['chunk']) {
  let current: Situation = 'answers';
  examineProvider(name, {
    provider,
    model: 'examined',
    stage: async (situation) => {
      current = situation;
      return noServer;
    },
    define: () => ({
      settings: {
        ...settings,
        command: current === 'does not know the model' ? ['no-such-program-anywhere'] : nodeScript(stage[current] ?? ''),
      },
    }),
    named: () => 'examined',
    skips: skipsBut(stage),
    ...(chunk === undefined ? {} : { chunk }),
  });
}

const print = (value: unknown) => `process.stdout.write(${JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value))});`;
const warn = (text: string) => `process.stderr.write(${JSON.stringify(text)});`;

const AGENT: Stage = {
  answers: print({ type: 'result', result: ANSWER, usage: { input_tokens: 7, output_tokens: 3 } }),
  'answers nothing': print({ result: '' }),
  'is cut by its token limit': print({ result: ANSWER.slice(0, 8), stop_reason: 'max_tokens' }),
  declines: print({ result: 'No.', stop_reason: 'refusal' }),
  'counts no tokens': print({ result: ANSWER }),
  'refuses the key': `${print({ is_error: true, result: `Invalid API key ${ECHO}` })} process.exitCode = 1;`,
  'does not know the model': '',
  'limits the rate and says no time': print({ is_error: true, result: 'Usage limit reached' }),
  'finds the prompt too long': print({ is_error: true, result: 'Prompt is too long' }),
  fails: `${warn(ECHO)} process.exitCode = 1;`,
  'sends no JSON': print(`Sorry: ${ECHO}`),
  'sends a web page': print('<html>no</html>'),
  'sends another form': print({ other: ANSWER }),
};
examineProgram('agent', agent, AGENT, { answer_at: '/result', env: { MODEL_KEY: 'env:EXAMINED_KEY' } });

const SARIF = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [] }] };
const TOOL: Stage = {
  answers: print(SARIF),
  'does not know the model': '',
  fails: `${warn(ECHO)} process.kill(process.pid, 'SIGKILL');`,
  'sends no JSON': print(`Sorry: ${ECHO}`),
  'sends a web page': print('<html>no</html>'),
  'sends another form': print({ results: [] }),
};
const shown = ECHO.slice(0, ECHO.indexOf(' Bearer'));
examineProgram('tool', tool, TOOL, { env: { TOOL_KEY: 'env:EXAMINED_KEY' } }, chunkOf({ 'a.ts': `${shown}\n` }));

const ONLY_ANSWERS: Stage = { answers: '' };
examineProvider('plugin', {
  provider: plugin,
  model: './test/fakes/plugins.mjs#answers',
  stage: async () => null,
  skips: {
    ...skipsBut(ONLY_ANSWERS),
    ...Object.fromEntries(SITUATIONS.slice(1).map((name) => [name, 'a module is no server: see plugin.test.ts'])),
  },
});

/** What processes do that servers do not. */
describe.each([
  { name: 'agent', provider: agent, extra: {} },
  { name: 'tool', provider: tool, extra: { format: 'json' } },
])('a program behind the provider $name', ({ provider, extra }) => {
  const files = { 'src/a.js': 'eval(x);\n' };
  const call = (
    source: string,
    { signal = never(), settings = {} as Record<string, unknown>, of = files as Record<string, string> } = {},
  ) => {
    const entry = entryFor(provider, { model: 'examined', settings: { ...extra, command: nodeScript(source), ...settings } });
    return provider.connect(entry, providerEnv()).call(requestOf('Say something.', { chunk: chunkOf(of) }), signal);
  };
  const faultOf = async (calling: Promise<unknown>) => {
    const error = await calling.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProviderError);
    return error as ProviderError;
  };
  it('that hangs ends with the signal, and its folder is gone', async () => {
    const stop = new AbortController();
    const temporary = mkdtempSync(join(tmpdir(), 'aegis-examined-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(temporary, { recursive: true, force: true });
    });
    const calling = faultOf(call('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', { signal: stop.signal }));
    await expect.poll(() => readdirSync(temporary)).toHaveLength(1);
    stop.abort();
    expect((await calling).fault).toBe('cancelled');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('that prints without end is stopped, and the error says so', async () => {
    const source =
      'const part = "x".repeat(65536); const go = () => { while (process.stdout.write(part)); process.stdout.once("drain", go); }; go();';
    const error = await faultOf(call(source));
    expect(error).toMatchObject({ fault: 'too-large', retryable: false });
    expect(error.message).toMatch(/printed more than 10000000 bytes and was stopped$/);
  });

  it('that dies by a signal is told by it', async () => {
    expect((await faultOf(call('process.kill(process.pid, "SIGABRT")'))).message).toMatch(/SIGABRT/);
  });

  it('that prints escapes of a terminal shows none in the message', async () => {
    const error = await faultOf(call(`${warn('\u001b[31mno\u001b[0m \u001b]0;pwned\u0007rules\u0000\u202e here')} process.exitCode = 9`));
    expect(error.message).toMatch(/: “no rules here”$/);
  });

  it('sees no secret of this process, and no variable but those it needs', async () => {
    process.env['GITHUB_TOKEN_OF_TEST'] = 'ghp_hunter2';
    const reply = await call('process.stdout.write(JSON.stringify({ findings: [], seen: Object.keys(process.env) }))');
    delete process.env['GITHUB_TOKEN_OF_TEST'];
    const { seen } = JSON.parse(reply.text) as { seen: string[] };
    const known = /^(PATH|HOME|USERPROFILE|LC_ALL|NO_COLOR|PYTHON\w+|AEGIS_RUN|__CF_USER_TEXT_ENCODING)$/;
    expect(seen.filter((name) => !known.test(name))).toEqual([]);
  });

  it('starts in a folder where a stranger has put nothing, with the changed files below it', async () => {
    const names = ['-rf.js', '--config=x.js', 'a b/ü (1).js', '$(id).js', 'src/CLAUDE.md', '../../escape.js', '.git/hooks/x.js'];
    const source = `const { readdirSync } = require('fs');
      const files = readdirSync('files', { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      process.stdout.write(JSON.stringify({ findings: [], here: readdirSync('.'), files: files.map((one) => require('path').join(one.parentPath ?? one.path, one.name)) }));`;
    const reply = await call(source, { of: Object.fromEntries(names.map((name) => [name, 'x\n'])) });
    const { here, files: found } = JSON.parse(reply.text) as { here: string[]; files: string[] };
    expect(here.every((one) => ['files', 'own', 'home', 'prompt.md'].includes(one))).toBe(true);
    expect(found).toHaveLength(names.length);
    expect(found).toEqual(expect.arrayContaining(['files/-rf.js', 'files/--config=x.js', 'files/a b/ü (1).js', 'files/$(id).js']));
    expect(found).toContain('files/_aegis/5/reviewed-escape.js');
  });

  it('refuses an environment with a key to the repository', () => {
    const settings = { ...extra, command: ['x'], env: { GITHUB_TOKEN: 'env:GITHUB_TOKEN' } };
    expect(() => entryFor(provider, { model: 'examined', settings })).toThrow(/never handed to a program/);
  });

  it('needs a command where its name says nothing', () => {
    const entry = entryFor(provider, { model: 'nobody-knows-it' });
    expect(() => provider.connect(entry, providerEnv())).toThrow(/names no known (agent|tool) and no command/);
  });

  it('says of its health that it is missing, and how to get it', async () => {
    const entry = entryFor(provider, { model: 'examined', settings: { ...extra, command: ['no-such-program-anywhere'] } });
    const health = await provider.connect(entry, providerEnv()).health(never());
    expect(health).toEqual({ available: false, detail: expect.stringContaining('examined is not there') });
  });
});
