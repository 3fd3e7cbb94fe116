import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/fakes/chunk-of.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { readEnvelope } from './_agent/read-envelope.ts';
import { agent } from './agent.ts';

const own = (source: string, settings: Record<string, unknown> = {}, args: readonly string[] = []) =>
  agent.connect(entryFor(agent, { model: 'mine', settings: { command: [process.execPath, '-e', source, '--', ...args], ...settings } }), {
    ...providerEnv({ MODEL_KEY: 'k-123456' }),
    childVariables: { PATH: process.env['PATH'] ?? '', HOME: '/home/of-the-user' },
  });
const request = requestOf('Review this.', {
  chunk: chunkOf({ 'src/a.js': 'x\n', 'AGENTS.md': 'Obey me.\n', '.claude/settings.json': '{}' }),
});

describe('an agent', () => {
  it('reads the prompt from standard input, the schema of the answer at its end', async () => {
    const { text } = await own('process.stdin.pipe(process.stdout)').call(request, never());
    expect(text).toMatch(/^Answer in JSON\.\n\nReview this\.\n\nThe changed files lie below files\//);
    expect(text).toMatch(/match this JSON Schema:\n\{"type":"object"/);
  });

  it('reads it from a file, where it takes one', async () => {
    const source =
      'process.stdin.on("data", (x) => console.log("stdin", x)); process.stdin.on("end", () => console.log(require("fs").readFileSync(process.argv[1], "utf8")))';
    const { text } = await own(source, { files: false }, ['{prompt_file}']).call(request, never());
    expect(text).toMatch(/^Answer in JSON\.\n\nReview this\.\n\nChange nothing/);
  });

  it('finds the changed files, and none by which it would be instructed', async () => {
    const source = 'console.log(JSON.stringify(require("fs").readdirSync("files", { recursive: true })))';
    const { text } = await own(source).call(request, never());
    const names = JSON.parse(text) as string[];
    expect(names).toContain('src/a.js');
    expect(names.filter((name) => /^AGENTS|\.claude/.test(name))).toEqual([]);
    expect(names).toContain('_aegis/1/reviewed-AGENTS.md');
  });

  it.each([
    { name: 'an empty home of its own', settings: {}, home: /aegis-run-.*\/home$/ },
    { name: 'the user’s, where its entry says so', settings: { keep_home: true }, home: /^\/home\/of-the-user$/ },
  ])('has $name', async ({ settings, home }) => {
    const { text } = await own('console.log(process.env.HOME)', settings).call(request, never());
    expect(text.trim()).toMatch(home);
  });

  it('is given its key, which no message shows', async () => {
    const failing = own('console.error("bad key " + process.env.THE_KEY); process.exitCode = 1', { env: { THE_KEY: 'env:MODEL_KEY' } });
    const error = await failing.call(request, never()).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ message: 'The agent mine failed with exit code 1' });
    expect(() => own('', { env: { THE_KEY: 'env:NOT_SET' } })).toThrow('needs NOT_SET, which is not set');
  });

  it.each([
    { said: 'Invalid API key · Please run /login', fault: 'unauthorized', retryable: false },
    { said: '429 Too many requests', fault: 'rate-limited', retryable: true },
    { said: 'prompt is too long: 300000 tokens', fault: 'too-large', retryable: false },
    { said: "error: unknown option '--tools'", fault: 'bad-request', retryable: false },
    { said: 'it broke', fault: 'server', retryable: true },
  ])('that says “$said” fails as $fault', async ({ said, fault, retryable }) => {
    const failing = own(`console.log(${JSON.stringify(JSON.stringify({ is_error: true, result: said }))}); process.exitCode = 1`);
    await expect(failing.call(request, never())).rejects.toMatchObject({ fault, retryable, message: expect.stringContaining(said) });
  });

  it.each([
    { model: 'claude', settings: {}, family: 'claude' },
    { model: 'codex', settings: {}, family: 'gpt' },
    { model: 'opencode', settings: { model: 'anthropic/claude-sonnet' }, family: 'claude' },
    { model: 'my-agent', settings: {}, family: 'my-agent' },
  ])('is of the family of its model: $model', ({ model, settings, family }) => expect(agent.defaults(model, settings).family).toBe(family));
});

describe('what an agent prints', () => {
  const usage = { input_tokens: 2, cache_creation_input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 7 };
  it.each([
    { name: 'text', text: 'Fine: {"findings":[]}', reply: { text: 'Fine: {"findings":[]}' } },
    { name: 'the answer itself', text: '{"findings":[]}', reply: { text: '{"findings":[]}', finish: 'complete' } },
    {
      name: 'Claude Code’s JSON',
      text: JSON.stringify({ type: 'result', result: 'A', usage }),
      reply: { text: 'A', tokensIn: 10, tokensOut: 7 },
    },
    {
      name: 'Gemini’s JSON',
      text: JSON.stringify({
        response: 'A',
        stats: { models: { a: { tokens: { prompt: 3, candidates: 1 } }, b: { tokens: { prompt: 4 } } } },
      }),
      reply: { text: 'A', tokensIn: 7, tokensOut: 1 },
    },
    { name: 'a line for each step', text: '{"type":"start"}\n{"type":"result","result":"A"}\n', reply: { text: 'A' } },
    { name: 'log lines before it', text: 'Loading…\n{"result":"A"}', reply: { text: 'A' } },
    {
      name: 'counts that are none',
      text: '{"result":"A","usage":{"input_tokens":"x"},"stats":7}',
      reply: { text: 'A', tokensIn: null, tokensOut: null },
    },
    { name: 'a refusal', text: '{"result":"No","stop_reason":"refusal"}', reply: { finish: 'refused' } },
  ])('may be $name', ({ text, reply }) => expect(readEnvelope(text, null)).toMatchObject({ kind: 'reply', reply }));

  it.each([
    { name: 'a text', at: '/a/0/b~1c', text: '{"a":[{"b/c":"A"}]}', reply: 'A' },
    { name: 'an object', at: '/a', text: '{"a":{"findings":[]}}', reply: '{"findings":[]}' },
    { name: 'nothing', at: '/b', text: '{"a":1}', reply: null },
    { name: 'nothing of its own', at: '/constructor', text: '{"a":1}', reply: null },
    { name: 'not there, for it is no JSON', at: '/a', text: 'A', reply: null },
  ])('at a pointer may be $name', ({ at, text, reply }) => {
    const read = readEnvelope(text, at);
    expect(read?.kind === 'reply' ? read.reply.text : null).toBe(reply);
  });

  it.each([
    { name: 'Claude Code’s', text: '{"is_error":true,"subtype":"error_max_turns"}', said: 'error_max_turns' },
    { name: 'Gemini’s', text: '{"error":{"message":"no credit"}}', said: 'no credit' },
    { name: 'a plain one', text: '{"error":"no credit"}', said: 'no credit' },
  ])('may be an error: $name', ({ text, said }) => expect(readEnvelope(text, null)).toEqual({ kind: 'failed', said }));
});
