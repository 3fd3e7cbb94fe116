import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeOllama } from '../fakes/ollama.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import type { SimulatedModel } from '../fakes/simulated-model.ts';
import { titled, whySkipped } from '../local-models/installed.ts';
import { writeTinyGguf } from '../local-models/models/tiny-gguf.ts';
import { writeTextClassifier } from '../local-models/models/tiny-onnx.ts';
import { makeFolder, runAegis, writeFiles } from './run-aegis.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUNTIMES = join(ROOT, 'test/local-runtimes');

interface Report {
  conclusion: string;
  findings: { path: string; startLine: number; cwe: string | null; models: { id: string }[] }[];
  models: Record<string, unknown>[];
}

async function review(args: readonly string[], options: { cwd?: string; env?: Record<string, string>; stdin?: string } = {}) {
  const ran = await runAegis(['review', '--format', 'json', '--no-cache', ...args], { cwd: ROOT, ...options });
  return { ...ran, report: () => JSON.parse(ran.stdout) as Report };
}

const diffOf = (path: string, ...lines: string[]) =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;

/** A configuration of one model in a folder of its own, and a review of a diff there. */
async function reviewWith(model: string, diff: string, env: Record<string, string> = {}) {
  const cwd = makeFolder();
  writeFiles(cwd, { '.aegis.yml': `models:\n  - ${model}\n` });
  return await review(['--diff', '-'], { cwd, env, stdin: diff });
}

describe('an example is reviewed by the command of its README', () => {
  it.each([
    { name: 'tool', id: 'banned-calls', found: [{ path: 'src/token.js', startLine: 6 }, { startLine: 2 }] },
    { name: 'agent', id: 'tiny-agent', found: [{ path: 'src/thumbnail.js', startLine: 4, cwe: 'CWE-78' }] },
    { name: 'plugin', id: 'linear', found: [{ path: 'src/users.js', startLine: 2, cwe: 'CWE-89' }] },
  ])('$name', async ({ name, id, found }) => {
    const ran = await review(['--config', `examples/${name}/.aegis.yml`, '--diff', `examples/${name}/change.diff`]);
    expect(ran.stderr).toBe('');
    expect(ran.report()).toMatchObject({ conclusion: 'findings', models: [{ id, answered: 1 }], findings: found });
    expect(ran.report().findings).toHaveLength(found.length);
  });

  it('parser', async () => {
    const ollama = await startFakeOllama({
      models: [{ name: 'says:1b', answer: () => 'VERDICT: 1 findings\nsrc/login.js:2 | High | CWE-89 | A joined query.' }],
    });
    onTestFinished(() => ollama.close());
    const parser = join(ROOT, 'examples/parser/verdict-lines.mjs#verdictLines');
    const ran = await reviewWith(
      `{ id: says, provider: ollama_local, model: "says:1b", parser: "${parser}" }`,
      diffOf('src/login.js', 'export const login = (db, name) =>', '  db.query("select " + name);'),
      { OLLAMA_HOST: ollama.url },
    );
    expect(ran.report()).toMatchObject({ conclusion: 'findings', findings: [{ path: 'src/login.js', startLine: 2, cwe: 'CWE-89' }] });
  });
});

describe('what cannot work is told in one sentence', () => {
  it.each([
    { name: 'a module that is not there', model: '{ id: m, provider: plugin, model: "./none.mjs#model" }', says: /none\.mjs/ },
    {
      name: 'a parser that is not there',
      model: '{ id: m, provider: ollama_local, model: x, parser: "./none.mjs#parser" }',
      says: /none\.mjs.*is not there/,
    },
    {
      name: 'a program that is not there',
      model: '{ id: m, provider: tool, model: none, settings: { command: [no-such-program], format: sarif } }',
      says: /The program none is not there/,
    },
    { name: 'a runtime that is not installed', model: '{ id: m, provider: llama_cpp, model: /tmp/none.gguf }', says: /npm install/ },
  ])('$name', async ({ model, says }) => {
    const ran = await reviewWith(model, diffOf('a.js', 'eval(x);'));
    expect([2, 3]).toContain(ran.code);
    const said = ran.code === 2 ? ran.stderr : JSON.stringify(ran.report());
    expect(said).toMatch(says);
    expect(said).not.toMatch(/\n {4}at /);
  });
});

const hasBandit = (() => {
  try {
    execFileSync('bandit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('a real tool votes', () => {
  it.skipIf(!hasBandit)(titled('bandit', hasBandit ? null : 'it is not installed'), async () => {
    const diff = diffOf('run.py', 'import subprocess', 'def run(name):', '    subprocess.call("ls " + name, shell=True)');
    const ran = await reviewWith('{ id: bandit, provider: tool, model: bandit }', diff);
    expect(ran.report().findings).toMatchObject([{ path: 'run.py', startLine: 3, cwe: 'CWE-78', models: [{ id: 'bandit' }] }]);
  });
});

const noOnnx = whySkipped('@huggingface/transformers');
const noLlama = whySkipped('node-llama-cpp');

describe('a model in this process', () => {
  it.skipIf(noOnnx !== null)(titled('an ONNX classifier, from a folder and without network', noOnnx), async () => {
    const folder = writeTextClassifier(join(makeFolder(), 'classifier'));
    const model = `{ id: classifier, provider: hf_local, model: "${folder}", roles: [deep_scan], settings: { device: cpu } }`;
    const bad = await reviewWith(model, diffOf('a.c', 'let x = eval ( x ) ;'), { AEGIS_RUNTIMES_DIR: RUNTIMES });
    expect(bad.report()).toMatchObject({ conclusion: 'findings', findings: [{ path: 'a.c', models: [{ id: 'classifier' }] }] });
    const good = await reviewWith(model, diffOf('a.c', 'return safe'), { AEGIS_RUNTIMES_DIR: RUNTIMES });
    expect(good.report()).toMatchObject({ conclusion: 'passed', findings: [], models: [{ answered: 1, costUsd: 0 }] });
  });

  it.skipIf(noLlama !== null)(titled('a GGUF file, held to the schema though its weights are noise', noLlama), async () => {
    const file = writeTinyGguf(join(makeFolder(), 'tiny.gguf'));
    const model = `{ id: tiny, provider: llama_cpp, model: "${file}", timeout: 120s, settings: { gpu: false, threads: 1, max_tokens: 300 } }`;
    const ran = await reviewWith(model, diffOf('a.c', 'return gets(line);'), { AEGIS_RUNTIMES_DIR: RUNTIMES });
    // Noise may end anywhere; what it says is still of the form, and what it did not say is not a pass.
    expect(ran.report().models).toMatchObject([{ id: 'tiny', calls: 1, unreadable: 0, failed: 0, costUsd: 0 }]);
  });
});

describe('privacy', () => {
  const SECRET = 'Zx81-Kq0mPw7!tR';
  const DIFF = diffOf('src/app.js', `const dbPassword = "${SECRET}";`, 'connect("app", dbPassword);');

  /** A server whose name is that of a cloud: a name is looked up here before anybody is asked for it. */
  async function cloud(config: (url: string) => string, answer: SimulatedModel = () => []) {
    const server = await startFakeOpenAi({ models: { 'gpt-5-mini': answer }, key: null });
    onTestFinished(() => server.close());
    const cwd = makeFolder();
    const lookUp = `import dns from 'node:dns';
const ask = dns.lookup;
dns.lookup = (name, options, done) => ask(name === 'api.cloud.example' ? '127.0.0.1' : name, options, done);`;
    writeFiles(cwd, { '.aegis.yml': config(server.url.replace('127.0.0.1', 'api.cloud.example')), 'look-up.mjs': lookUp });
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(join(cwd, 'look-up.mjs')).href}` };
    return { server, ran: await review(['--diff', '-', '--fail-on', 'none'], { cwd, env, stdin: DIFF }) };
  }
  const gpt = (url: string) => `{ id: gpt, provider: openai_compatible, model: gpt-5-mini, base_url: "${url}/v1" }`;

  it('a secret in the code reaches no cloud and no report; the detector here still reports it', async () => {
    const { server, ran } = await cloud(
      (url) => `models:\n  - ${gpt(url)}\n  - builtin/patterns\n`,
      () => [
        {
          title: 'A password',
          cwe: 'CWE-798',
          severity: 'high',
          startLine: 1,
          evidence: 'const dbPassword = "***masked***";',
          message: 'It is in the code.',
        },
      ],
    );
    const sent = server.requests.map(({ body }) => JSON.stringify(body)).join('\n');
    expect(sent).toContain('const dbPassword = ');
    expect(sent).toContain('***masked***');
    expect(sent).not.toContain(SECRET);
    expect(ran.stdout).not.toContain(SECRET);
    expect(ran.report()).toMatchObject({
      conclusion: 'findings',
      findings: [
        {
          path: 'src/app.js',
          startLine: 1,
          cwe: 'CWE-798',
          evidence: 'const dbPassword = "***masked***";',
          models: [{ id: 'builtin/patterns' }, { id: 'gpt' }],
        },
      ],
    });
  });

  it('local_only refuses a model that is elsewhere, where the file names it, and asks nobody', async () => {
    const { server, ran } = await cloud((url) => `privacy: { local_only: true }\nmodels:\n  - builtin/patterns\n  - ${gpt(url)}\n`);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/4:5 +models\[1\]: the model `gpt` is not on the owner's machines/);
    expect(server.requests).toEqual([]);
  });
});
