import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fakes/model-server.ts';
import { startFakeOllama } from '../fakes/ollama.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import { reportLines } from '../fakes/simulated-model.ts';
import { AEGIS, cleanEnv, makeFolder, runAegis, startAegis, writeFiles } from './run-aegis.ts';
import { until } from './run-server.ts';

const DIFF = `diff --git a/src/users.js b/src/users.js
--- a/src/users.js
+++ b/src/users.js
@@ -40,3 +40,4 @@ export function routes(app, db) {
   app.get('/users', async (request, response) => {
-    const rows = await db.all();
+    const rows = await db.query("select * from users where name = '" + request.query.name + "'");
+    response.send('ok');
     log(rows);
`;
const KEY = 'sk-the-key-of-the-owner-0123456789';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const sql = reportLines(/select/, { cwe: 'CWE-89', severity: 'high', title: 'SQL injection' });

let ollama: ModelServer;
let openai: ModelServer;
let stubborn: ModelServer;
beforeAll(async () => {
  ollama = await startFakeOllama({
    models: [
      { name: 'sql:1b', answer: sql },
      { name: 'silent:1b', answer: () => [] },
      { name: 'talks:1b', answer: () => 'CWE-89, said slowly and in many words.' },
    ],
  });
  openai = await startFakeOpenAi({ key: KEY, models: { 'gpt-5-mini': sql, refuses: () => ({ kind: 'json', body: REFUSES }) } });
  stubborn = await startFakeOpenAi({ models: { picky: sql }, quirks: ['fixed-temperature', 'no-seed'] });
});
afterAll(async () => {
  await Promise.all([ollama.close(), openai.close(), stubborn.close()]);
});
const REFUSES = {
  ...{ id: '1', object: 'chat.completion', created: 1, model: 'x' },
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: null, refusal: 'I cannot help with that.' } }],
};

/** A person's machine: one registry, one cache, and commands that are run one after the other. */
function machine(env: Record<string, string> = {}) {
  const folder = makeFolder();
  const full = {
    AEGIS_MODELS_FILE: join(folder, 'models.yml'),
    AEGIS_CACHE_DIR: join(folder, 'cache'),
    OLLAMA_HOST: ollama.url,
    ...env,
  };
  const run = (...args: string[]) => runAegis(args, { cwd: folder, env: full });
  return {
    folder,
    env: full,
    run,
    models: (...args: string[]) => run('models', ...args),
    list: async (...args: string[]) => JSON.parse((await run('models', 'list', '--format', 'json', ...args)).stdout) as Listed[],
    review: async (...args: string[]) => {
      const ran = await runAegis(['review', '--diff', '-', '--format', 'json', ...args], { cwd: folder, env: full, stdin: DIFF });
      return { ...ran, report: () => JSON.parse(ran.stdout) as Report };
    },
  };
}
interface Listed {
  model_id: string;
  status: string;
  availability: string;
  version: number;
  weight: number;
  settings: Record<string, unknown>;
}
interface Report {
  conclusion: string;
  reason: string;
  findings: { cwe: string; models: { id: string }[] }[];
  standIns?: Record<string, unknown>[];
  models: { id: string; calls: number; cached: number; refused: number; costUsd: number | null }[];
}
const chats = (server: ModelServer) => server.requests.filter(({ path }) => /chat/.test(path)).length;

describe('aegis models', () => {
  it('registers, changes, lists and shows; the same words twice change nothing', async () => {
    const { models, list } = machine();
    const words = ['register', 'ollama_local:sql:1b', '--id', 'sql', '--weight', '2', '--set', 'num_ctx=8192'];
    expect(await models(...words)).toMatchObject({ code: 0, stdout: expect.stringContaining('sql is registered') as string, stderr: '' });
    expect((await models(...words)).stdout).toContain('was registered so already');
    expect((await models(...words, '--weight', '3')).stdout).toContain('is changed (version 2)');
    const listed = await list();
    expect(listed.map(({ model_id }) => model_id)).toEqual(['builtin/patterns', 'sql']);
    expect(listed[1]).toMatchObject({ weight: 3, version: 2, settings: { num_ctx: 8192 }, availability: 'unknown', status: 'registered' });
    const shown = (await models('show', 'sql')).stdout;
    expect(shown).toMatch(/^sql\n/);
    expect(shown).toMatch(/weight +3\n/);
    expect(shown).toMatch(/state +not checked\n/);
    expect((await models('list')).stdout).toMatch(/^2 models in .*models\.yml\n/);
  });

  it('keeps the versions of a model and rolls one back', async () => {
    const { models, list } = machine();
    await models('register', 'ollama_local:sql:1b', '--id', 'sql');
    await models('register', 'ollama_local:sql:1b', '--id', 'sql', '--weight', '5');
    expect((await models('versions', 'sql')).stdout).toMatch(/ 2 .*weight\n.* 1 .*registered\n/);
    expect((await models('rollback', 'sql', '1')).stdout).toContain('this is version 3');
    expect((await list('--type', 'ollama_local'))[0]).toMatchObject({ weight: 1, version: 3 });
    expect(await models('rollback', 'sql', '9')).toMatchObject({ code: 2, stderr: expect.stringMatching(/version 9/) as string });
  });

  it('enables, disables, renames and removes', async () => {
    const { models, list, folder } = machine();
    await models('register', 'ollama_local:sql:1b', '--id', 'sql');
    await models('disable', 'sql');
    expect((await list('--status', 'disabled')).map(({ model_id }) => model_id)).toEqual(['sql']);
    await models('enable', 'sql');
    expect((await models('rename', 'sql', 'injection')).code).toBe(0);
    writeFiles(folder, { '.aegis.yml': 'models: [injection]\n' });
    expect(await models('remove', 'injection')).toMatchObject({
      code: 2,
      stderr:
        'aegis: the model injection is in use: .aegis.yml names it. Take it out there first, or remove it all the same with --force.\n',
    });
    expect((await models('remove', 'injection', '--force')).code).toBe(0);
    expect((await list()).map(({ model_id }) => model_id)).toEqual(['builtin/patterns']);
  });

  it('writes a registry that another machine reads back to the same one', async () => {
    const [one, other] = [machine(), machine()];
    await one.models('register', 'ollama_local:sql:1b', '--id', 'sql', '--roles', 'deep_scan,judge', '--weight', '2', '--timeout', '90s');
    await one.models(
      'register',
      'openai_compatible:gpt-5-mini',
      '--id',
      'gpt',
      '--base-url',
      `${openai.url}/v1`,
      '--api-key',
      'env:GPT_KEY',
    );
    await one.models('disable', 'gpt');
    const text = (await one.models('export')).stdout;
    writeFiles(other.folder, { 'registry.yml': text });
    expect((await other.models('import', 'registry.yml')).stdout).toContain('2 new');
    expect((await other.models('export')).stdout).toBe(text);
    writeFiles(other.folder, {
      'broken.yml': text.replace('provider: ollama_local', 'provider: ollama_remote').replace('weight: 2', 'wieght: 2'),
    });
    const refused = await other.models('import', 'broken.yml');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/broken\.yml/);
    expect(refused.stderr).toMatch(/ollama_remote/);
    expect(refused.stderr).toMatch(/wieght/);
  });

  it.each([
    { name: 'an unknown id names the nearest', args: ['show', 'builtin/pattern'], says: /builtin\/patterns/ },
    { name: 'an unknown type names the nearest', args: ['register', 'ollama:sql:1b'], says: /ollama_local:sql:1b/ },
    {
      name: 'an unknown setting is named',
      args: ['register', 'ollama_local:sql:1b', '--set', 'num_ctxx=1'],
      says: /did you mean `num_ctx`/,
    },
    { name: 'a weight that is none', args: ['register', 'ollama_local:sql:1b', '--weight', 'heavy'], says: /weight: must be a number/ },
    {
      name: 'a key is never taken by its value',
      args: ['register', 'ollama_local:sql:1b', '--api-key', KEY],
      says: /api_key: must name where/,
    },
    { name: 'a word that is no model', args: ['register', 'foo'], says: /foo is no TYPE:NAME/ },
    { name: 'nothing to register', args: ['register'], says: /what is to be registered is not said/ },
    { name: 'the built-in detector stays', args: ['remove', 'builtin/patterns', '--force'], says: /builtin\/patterns/ },
    { name: 'an unknown preset names the nearest', args: ['register', '--preset', 'codebert_insecur'], says: /codebert_insecure/ },
    { name: 'an id of two lines', args: ['register', 'ollama_local:sql:1b', '--id', 'a\nb'], says: /cannot be registered.* one line/ },
    { name: 'the best of no role', args: ['list', '--best'], says: /--best needs a role/ },
    { name: 'a type that cannot be discovered', args: ['discover', 'builtin'], says: /cannot be discovered/ },
  ])('refuses with one sentence: $name', async ({ args, says }) => {
    const ran = await machine().models(...args);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).not.toContain(KEY);
  });

  it('says where a broken registry file is broken', async () => {
    const { models, env } = machine();
    writeFiles(env.AEGIS_MODELS_FILE.slice(0, -'/models.yml'.length), { 'models.yml': 'version: 1\nmodels: {\n' });
    const ran = await models('list');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/models\.yml/);
  });

  it('registers a preset, with what the user says over it', async () => {
    const { models, list } = machine();
    expect((await models('register', '--preset', 'codebert_insecure', '--id', 'triage', '--set', 'path=/models/codebert')).code).toBe(0);
    expect((await list())[1]).toMatchObject({
      model_id: 'triage',
      roles: ['triage'],
      parser_id: 'hf_classification',
      settings: { path: '/models/codebert' },
    });
  });

  it.each([
    { name: 'a key that is not set', args: ['--preset', 'claude'], says: /ANTHROPIC_API_KEY, which is not set/ },
    { name: 'a file that is not named', args: ['llama_cpp:x'], says: /does not say where its file is/ },
    { name: 'a tool that nobody knows', args: ['tool:banditt'], says: /names no known tool/ },
  ])('registers what cannot work yet, and says what it lacks: $name', async ({ args, says }) => {
    const ran = await machine().models('register', ...args);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('checks the health of models and keeps what it found', async () => {
    const { models, list } = machine();
    await models('register', 'ollama_local:sql:1b', '--id', 'there');
    await models('register', 'ollama_local:gone:1b', '--id', 'gone');
    const ran = await models('health');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/✔ there/);
    expect(ran.stdout).toMatch(/✖ gone .*ollama pull gone:1b/);
    expect((await list('--availability', 'unavailable')).map(({ model_id }) => model_id)).toEqual(['gone']);
    expect((await list('--role', 'deep_scan', '--best')).map(({ model_id }) => model_id)).not.toContain('gone');
  });

  it('shows an answer as it is written, and exits by whether there was one', async () => {
    const { models } = machine();
    const ran = await models('test', 'ollama_local:talks:1b', '--prompt', 'Which weakness?');
    expect(ran).toMatchObject({ code: 0, stdout: 'CWE-89, said slowly and in many words.\n' });
    expect(ran.stderr).toMatch(/answered after .* tokens in, .* out, no cost/);
    expect(ollama.requests.at(-1)?.body['stream']).toBe(true);
    expect(await models('test', 'ollama_local:gone:1b')).toMatchObject({ code: 1, stdout: '' });
  });

  it('has a server load and free a model, and says where there is nothing to', async () => {
    const { models } = machine();
    await models('register', 'ollama_local:sql:1b', '--id', 'sql');
    expect(await models('warm', 'sql')).toMatchObject({ code: 0, stdout: 'sql is warm\n' });
    expect((await models('discover')).stdout).toMatch(/sql:1b .*yes\n/);
    expect(await models('unload', 'sql')).toMatchObject({ code: 0, stdout: 'sql is unloaded\n' });
    expect((await models('discover')).stdout).toMatch(/sql:1b .*no\n/);
    expect(await models('warm', 'builtin/patterns')).toMatchObject({ code: 0, stdout: 'builtin/patterns has nothing to load\n' });
    expect(await models('warm', 'none')).toMatchObject({ code: 2, stdout: '' });
  });

  it('discovers what a server has', async () => {
    const { models } = machine();
    const found = await models('discover');
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 models\n/) as string });
    expect(found.stdout).toContain('sql:1b');
    const cloud = await models('discover', 'openai_compatible', '--base-url', `${stubborn.url}/v1`);
    expect(cloud.stdout).toContain('picky');
    expect(await models('discover', 'ollama_local', '--base-url', 'http://127.0.0.1:9')).toMatchObject({ code: 2, stdout: '' });
  });
});

const PULL = {
  kind: 'stream',
  contentType: 'application/x-ndjson',
  pieces: [
    '{"status":"pulling manifest"}\n',
    '{"status":"pulling abc","digest":"sha256:abc","total":2000000000,"completed":500000000}\n',
    '{"status":"pulling abc","digest":"sha256:abc","total":2000000000,"completed":2000000000}\n',
    '{"status":"success"}\n',
  ],
} as const;

describe('aegis models pull and search', () => {
  it('has Ollama fetch a model, and tells its steps', async () => {
    const library = await startFakeOllama({ library: { 'new:1b': PULL, 'slow:1b': { ...PULL, gapMs: 5_000 } } });
    const ran = await runAegis(['models', 'pull', 'new:1b'], { env: { OLLAMA_HOST: library.url } });
    expect(ran).toMatchObject({ code: 0, stdout: 'new:1b is there; register it with: aegis models register ollama_local:new:1b\n' });
    expect(ran.stderr).toMatch(/pulling manifest/);
    expect(ran.stderr).toMatch(/pulling abc \(2\.0 GB\)/);
    const unknown = await runAegis(['models', 'pull', 'none:1b'], { env: { OLLAMA_HOST: library.url } });
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/none:1b/);
    const { child, ended } = startAegis(['models', 'pull', 'slow:1b'], { env: { OLLAMA_HOST: library.url } });
    const isSlow = ({ body }: { body: Record<string, unknown> }) => [body['model'], body['name']].includes('slow:1b');
    await until(
      () => library.requests.some(isSlow),
      20_000,
      () => 'nothing was pulled',
    );
    const stoppedAt = performance.now();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await library.requests.find(isSlow)?.abandoned).toBeGreaterThan(stoppedAt);
    await library.close();
  });

  it('says in one sentence that the hub cannot be reached', async () => {
    const ran = await runAegis(['models', 'search', 'codebert'], { env: { HF_ENDPOINT: 'http://127.0.0.1:9' } });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/127\.0\.0\.1:9/);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a review with a registry', () => {
  it('asks every registered and enabled model, and none that is disabled', async () => {
    const { models, review } = machine();
    await models('register', 'ollama_local:sql:1b', '--id', 'sql');
    await models('register', 'ollama_local:silent:1b', '--id', 'silent');
    await models('disable', 'silent');
    const { report } = await review();
    expect(report().models.map(({ id }) => id)).toEqual(['builtin/patterns', 'sql']);
    expect((await review('--models', 'silent')).stderr).toMatch(/silent is disabled/);
  });

  it('tells of an id that nobody registered with the nearest ones', async () => {
    const { models, review, folder } = machine();
    await models('register', 'ollama_local:sql:1b', '--id', 'qwen-coder');
    writeFiles(folder, { '.aegis.yml': 'models: [qwen-codr]\n' });
    const ran = await review();
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(/qwen-codr.*qwen-coder/);
  });

  it('takes answers from the cache that were given before, and asks again with --no-cache', async () => {
    const { review } = machine();
    const first = await review('--models', 'ollama_local:sql:1b');
    const asked = chats(ollama);
    const second = await review('--models', 'ollama_local:sql:1b');
    expect(chats(ollama)).toBe(asked);
    expect(second.report().findings).toEqual(first.report().findings);
    expect(first.report().models[0]).toMatchObject({ calls: 1, cached: 0 });
    expect(second.report().models[0]).toMatchObject({ calls: 1, cached: 1, costUsd: 0 });
    await review('--models', 'ollama_local:sql:1b', '--no-cache');
    expect(chats(ollama)).toBe(asked + 1);
  });

  it('gives the seat of a model that refuses to the next one, and says so', async () => {
    const { review, folder } = machine({ GPT_KEY: KEY });
    const cloud = (id: string, model: string) =>
      `  - { id: ${id}, provider: openai_compatible, model: ${model}, base_url: "${openai.url}/v1", api_key: env:GPT_KEY }\n`;
    const pipeline = 'pipeline: { deep_scan: { models: [coward] } }\n';
    writeFiles(folder, {
      '.aegis.yml': `models:\n${cloud('coward', 'refuses')}  - { id: brave, provider: ollama_local, model: "sql:1b" }\n${pipeline}`,
    });
    const ran = await review();
    expect(ran.report()).toMatchObject({ conclusion: 'findings', findings: [{ cwe: 'CWE-89', models: [{ id: 'brave' }] }] });
    expect(ran.report().models).toMatchObject([
      { id: 'coward', refused: 1 },
      { id: 'brave', calls: 1 },
    ]);
  });

  it('gives the seat of a model that is away to the next one that can work', async () => {
    const { review, folder } = machine();
    const away = '  - { id: away, provider: ollama_local, model: x, base_url: "http://127.0.0.1:9" }\n';
    const keyless = '  - { id: keyless, provider: anthropic, model: claude-sonnet-5 }\n';
    const brave = '  - { id: brave, provider: ollama_local, model: "sql:1b" }\n';
    writeFiles(folder, { '.aegis.yml': `models:\n${away}${keyless}${brave}pipeline: { deep_scan: { models: [away] } }\n` });
    const ran = await review();
    expect(ran.report()).toMatchObject({ conclusion: 'findings', findings: [{ models: [{ id: 'brave' }] }] });
    expect(ran.report().standIns).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ model: 'brave', standsInFor: 'away', answered: 1 })]) as unknown[],
    );
  });

  it('learns once what a server does not take, and shows it', async () => {
    const { models, review } = machine();
    await models('register', 'openai_compatible:picky', '--id', 'picky', '--base-url', `${stubborn.url}/v1`);
    await review('--models', 'picky', '--no-cache');
    const asked = chats(stubborn);
    await review('--models', 'picky', '--no-cache');
    expect(chats(stubborn)).toBe(asked + 1);
    const shown = (await models('show', 'picky')).stdout;
    expect(shown).toMatch(/learned/);
    expect(shown).toMatch(/temperature/);
    expect(shown).toMatch(/seed/);
  });

  it('sends a stored key where it may go, and shows it nowhere', async () => {
    const { models, review, env, folder } = machine({ AEGIS_SECRET_KEY: SECRET_KEY });
    const set = (hosts: string) => runAegis(['secrets', 'set', 'GPT', '--hosts', hosts], { cwd: folder, env, stdin: `${KEY}\n` });
    expect(await set(new URL(openai.url).host)).toMatchObject({ code: 0, stdout: 'GPT is stored; use it as api_key: secret:GPT\n' });
    await models('register', 'openai_compatible:gpt-5-mini', '--id', 'gpt', '--base-url', `${openai.url}/v1`, '--api-key', 'secret:GPT');
    expect((await review('--models', 'gpt')).report()).toMatchObject({ conclusion: 'findings' });
    const everything = [await models('show', 'gpt'), await models('export'), await runAegis(['secrets', 'list'], { cwd: folder, env })];
    for (const { stdout, stderr } of everything) expect(stdout + stderr).not.toContain(KEY);
    expect(readFileSync(env.AEGIS_MODELS_FILE, 'utf8')).not.toContain(KEY);
    await set('elsewhere.example.com');
    const refused = await review('--models', 'gpt', '--no-cache');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/stored key GPT, which may not be sent to http:\/\/127\.0\.0\.1:\d+\. Store it again/);
    const other = await runAegis(['review', '--diff', '-', '--models', 'gpt'], {
      cwd: folder,
      env: { ...env, AEGIS_SECRET_KEY: Buffer.alloc(32, 8).toString('base64') },
      stdin: DIFF,
    });
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/AEGIS_SECRET_KEY/);
  });

  it('lists the models of a server with a stored key, and shows a model whose key cannot be read', async () => {
    const { models, env, folder } = machine({ AEGIS_SECRET_KEY: SECRET_KEY });
    const url = `${openai.url}/v1`;
    await runAegis(['secrets', 'set', 'GPT', '--hosts', new URL(url).host], { cwd: folder, env, stdin: KEY });
    const listed = await models('discover', 'openai_compatible', '--base-url', url, '--api-key', 'secret:GPT');
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining('gpt-5-mini')]);
    const missing = await models('discover', 'openai_compatible', '--base-url', url, '--api-key', 'secret:GTP');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('there is no stored key GTP')]);
    await models('register', 'openai_compatible:gpt-5-mini', '--id', 'gpt', '--base-url', url, '--api-key', 'secret:GPT');
    const shown = await runAegis(['models', 'show', 'gpt'], { cwd: folder, env: { ...env, AEGIS_SECRET_KEY: '' } });
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('secret:GPT')]);
  });

  it('lets go of a call within a moment of Ctrl-C', async () => {
    const hanging = await startFakeOllama({ models: [{ name: 'hang:1b', answer: () => ({ kind: 'hang' }) }] });
    const { folder } = machine();
    const { child, ended } = startAegis(['models', 'test', 'ollama_local:hang:1b'], { cwd: folder, env: { OLLAMA_HOST: hanging.url } });
    await until(
      () => hanging.requests.some(({ path }) => path === '/api/chat'),
      20_000,
      () => 'the model was never asked',
    );
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    await hanging.close();
  });
});

/** `script` gives a command a terminal: https://man7.org/linux/man-pages/man1/script.1.html */
const hasScript = spawnSync('script', ['--version']).status === 0;

describe('a person at a terminal', () => {
  it.skipIf(!hasScript)(`sees who writes, while it is written${hasScript ? '' : ' (skipped, because there is no `script`)'}`, async () => {
    const { folder, env } = machine();
    writeFiles(folder, { 'change.diff': DIFF });
    const command = `${process.execPath} ${AEGIS} review --diff change.diff --no-cache --models ollama_local:sql:1b`;
    // The fake answers from this process, so it must not be blocked.
    const shown = await new Promise<string>((resolve) => {
      execFile('script', ['-qec', command, '/dev/null'], { cwd: folder, env: cleanEnv(env) }, (_, stdout) => resolve(stdout));
    });
    expect(shown).toMatch(/deep_scan 0 of 1 calls · ollama_local:sql:1b writes \(\d+ characters\)/);
    expect(shown).toContain('SQL injection');
    expect(ollama.requests.at(-1)?.body['stream']).toBe(true);
  });
});
