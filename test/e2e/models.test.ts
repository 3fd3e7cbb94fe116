import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour, ModelServer } from '../fakes/model-server.ts';
import { startFakeOllama } from '../fakes/ollama.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import { reportLines, type SimulatedModel } from '../fakes/simulated-model.ts';
import { AEGIS, cleanEnv, git, makeFolder, makeRepository, runAegis, startAegis, writeFiles } from './run-aegis.ts';
import { until } from './run-server.ts';

const DIFF = `diff --git a/src/users.js b/src/users.js
--- a/src/users.js
+++ b/src/users.js
@@ -40,3 +40,4 @@ export function routes(app, db) {
   app.get('/users', async (request, response) => {
-    const rows = await db.all();
+    const rows = await db.query("select * from users where name = '" + request.query.name + "'");
+    response.send('<h1>' + request.query.title + '</h1>');
     log(rows);
`;
const SQL = { cwe: 'CWE-89', severity: 'high', title: 'SQL injection' };
const XSS = { cwe: 'CWE-79', severity: 'medium', title: 'Cross-site scripting' };
const KEY = 'sk-the-key-of-the-owner-0123456789';
const DOWN = 'http://127.0.0.1:9';

/** Text from a model that wants to be more than text. */
const EVIL = [
  '\u001B[2J\u001B[31mred\u0007\u009B1m',
  '\n::error file=a.js::pwned\n##[error]pwned\n  ::set-output name=x::y',
  '![x](https://evil.example/p.png) [click](javascript:alert(1)) <img src=x onerror=alert(1)> </details></td> @octocat #1 ```\n# head\n| a |',
  '\u202Egnissim \u0000 \uD800',
].join(' ');

const answer = (text: string, done_reason = 'stop'): Behaviour => ({
  kind: 'json',
  body: { model: 'x', message: { role: 'assistant', content: text }, done: true, done_reason, prompt_eval_count: 700, eval_count: 50 },
});
const sqlOf: SimulatedModel = reportLines(/select/, SQL);
const complete = (text: string) =>
  `{"findings": [${JSON.stringify({ ...SQL, confidence: 0.9, startLine: 41, endLine: 41, evidence: 'const rows = await db.query("select', message: text, fix: null })}`;

/** One model for each way to behave, told apart by name. */
const MODELS: Readonly<Record<string, SimulatedModel>> = {
  'qwen2.5-coder:7b': sqlOf,
  'sql:1b': sqlOf,
  'twice:1b': async (question) => [
    ...((await reportLines(/select/, SQL)(question)) as []),
    ...((await reportLines(/h1/, XSS)(question)) as []),
    ...((await reportLines(/h1/, { ...XSS, message: 'Again: it is not escaped.' })(question)) as []),
  ],
  'silent:1b': () => [],
  'elsewhere:1b': () => [{ ...SQL, startLine: 4000, evidence: 'there.is.no(such, line)' }],
  'rubbish:1b': () => 'Certainly! I looked at it carefully and everything is fine. { "findings": nothing }',
  'empty:1b': () => '',
  'truncated:1b': () => answer(`${complete('Cut after this.')}, {"title": "half of an`, 'length'),
  'hostile:1b': reportLines(/select/, { ...SQL, title: EVIL, message: EVIL, fix: EVIL, severity: 'critical' }),
  'huge:1b': ({ lines }) => {
    const at = lines.find(({ code }) => code.includes('select'));
    const finding = { ...SQL, startLine: at?.line, evidence: at?.code, message: 'x'.repeat(20_000) };
    return answer(JSON.stringify({ findings: Array.from({ length: 300 }, (_, number) => ({ ...finding, cwe: `CWE-${number + 1}` })) }));
  },
  'hang:1b': () => ({ kind: 'hang' }),
  'gpt-5-mini': sqlOf,
  refuses: () => ({
    kind: 'json',
    body: {
      id: '1',
      object: 'chat.completion',
      created: 1,
      model: 'x',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: null, refusal: 'I cannot help with that.' } }],
    },
  }),
};

let ollama: ModelServer;
let openai: ModelServer;
beforeAll(async () => {
  ollama = await startFakeOllama({ models: Object.entries(MODELS).map(([name, model]) => ({ name, answer: model })) });
  openai = await startFakeOpenAi({ key: KEY, models: MODELS });
});
afterAll(async () => {
  await ollama.close();
  await openai.close();
});

interface Report {
  conclusion: string;
  reason: string;
  findings: { cwe: string; startLine: number; severity: string; title: string; models: { id: string }[] }[];
  models: Record<string, unknown>[];
  coverage: Record<string, unknown> & { left: Record<string, unknown>[] };
  consensus: Record<string, unknown>;
  timing: Record<string, unknown>;
}

async function review(models: string, options: { env?: Record<string, string>; config?: string; args?: string[]; format?: string } = {}) {
  const cwd = makeFolder();
  if (options.config !== undefined) writeFiles(cwd, { '.aegis.yml': options.config });
  const args = [
    'review',
    '--diff',
    '-',
    '--format',
    options.format ?? 'json',
    ...(models === '' ? [] : ['--models', models]),
    ...(options.args ?? []),
  ];
  const ran = await runAegis(args, { cwd, stdin: DIFF, env: { OLLAMA_HOST: ollama.url, ...options.env } });
  const report = () => JSON.parse(ran.stdout) as Report;
  return { ...ran, report };
}
const inline = (id: string, model: string, more = '') => `  - { id: ${id}, provider: ollama_local, model: "${model}"${more} }\n`;
const cloud = (more = '') =>
  `models:\n  - { id: gpt, provider: openai_compatible, model: gpt-5-mini, base_url: "${openai.url}/v1"${more} }\n`;

describe('a model on this machine', () => {
  it('finds what it reports, and the JSON has the fields of the contract and no others', async () => {
    const ran = await review('ollama_local:qwen2.5-coder:7b');
    expect([ran.code, ran.stderr]).toEqual([1, '']);
    const report = ran.report();
    expect(report).toMatchObject({ schemaVersion: 1, conclusion: 'findings', consensus: { strategy: 'union', fellBack: false } });
    expect(report.findings).toMatchObject([
      {
        cwe: 'CWE-89',
        path: 'src/users.js',
        startLine: 41,
        endLine: 41,
        side: 'RIGHT',
        severity: 'high',
        confidence: 0.9,
        state: 'new',
        suppressedBy: null,
      },
    ]);
    const keys = (value: unknown) => Object.keys(value as object).join(' ');
    expect(keys(report)).toBe('schemaVersion conclusion reason findings models coverage consensus timing');
    expect(keys(report.findings[0])).toBe(
      'id fingerprint cwe title message severity confidence path startLine endLine side evidence explanation fix state suppressedBy models',
    );
    expect(keys(report.findings[0]?.models[0])).toBe('id role confidence severity verdict');
    expect(keys(report.models[0])).toBe(
      'id role calls cached answered refused truncated unreadable failed skipped tokensIn tokensOut costUsd latencyMs',
    );
    expect(keys(report.coverage)).toBe('hunks reviewed partial uncovered skipped notApplicable left');
    expect([keys(report.consensus), keys(report.timing)]).toEqual(['strategy fellBack', 'totalMs']);
    expect(report.models).toMatchObject([{ id: 'ollama_local:qwen2.5-coder:7b', role: 'deep_scan', calls: 1, answered: 1, costUsd: 0 }]);
  });

  it('is shown numbered lines, and nothing of the environment', async () => {
    const before = ollama.requests.length;
    await review('ollama_local:silent:1b', {
      env: { OWNER_SECRET: 'hunter2-of-the-owner', GITHUB_TOKEN: 'ghp_0123456789abcdef', OPENAI_API_KEY: KEY },
    });
    const asked = ollama.requests.slice(before).filter(({ path }) => path === '/api/chat');
    expect(asked).toHaveLength(1);
    const prompt = (asked[0]?.body['messages'] as { content: string }[] | undefined)?.map(({ content }) => content).join('\n');
    expect(prompt).toMatch(/^File: src\/users\.js$/m);
    expect(prompt).toMatch(/^ *L41 - {5}const rows = await db\.all\(\);$/m);
    expect(prompt).toMatch(/^ *41 \+ {5}const rows = await db\.query\("select/m);
    expect(prompt).toMatch(/^ *43 {7}log\(rows\);$/m);
    const sent = JSON.stringify(ollama.requests.slice(before));
    for (const secret of ['hunter2', 'ghp_', KEY, process.env['PATH'] ?? 'never']) expect(sent).not.toContain(secret);
  });

  it.each([
    { name: 'rubbish', model: 'rubbish:1b', reason: /no readable answer/ },
    { name: 'nothing', model: 'empty:1b', reason: /answered with nothing/ },
  ])('that answers $name has not reviewed anything', async ({ model, reason }) => {
    const ran = await review(`ollama_local:${model},ollama_local:silent:1b`);
    expect([ran.code, ran.report().conclusion]).toEqual([3, 'incomplete']);
    expect(ran.report().reason).toMatch(reason);
    const alone = await review(`ollama_local:${model}`);
    expect([alone.code, alone.report().conclusion]).toEqual([3, 'error']);
  });

  it('that claims something of code it was not shown is not published, and that is said', async () => {
    const ran = await review('ollama_local:elsewhere:1b');
    expect([ran.code, ran.report().conclusion, ran.report().findings]).toEqual([0, 'passed', []]);
    expect(ran.report().reason).toMatch(/One claim named no place in what its model was shown/);
    expect((await review('ollama_local:elsewhere:1b', { format: 'pretty' })).stdout).toContain('1 claim without a place');
  });

  it('whose answer is cut keeps the findings it completed', async () => {
    const ran = await review('ollama_local:truncated:1b');
    expect([ran.code, ran.report().conclusion]).toEqual([1, 'incomplete']);
    expect(ran.report().findings).toMatchObject([{ cwe: 'CWE-89', startLine: 41 }]);
    expect(ran.report().models).toMatchObject([{ truncated: 1, answered: 0 }]);
  });

  it('that is down is told with what to do', async () => {
    const ran = await review('ollama_local:qwen2.5-coder:7b', { env: { OLLAMA_HOST: DOWN } });
    expect([ran.code, ran.report().conclusion]).toEqual([3, 'error']);
    expect(ran.report().reason).toMatch(/`ollama serve`/);
  });

  it('that is not there is told with what to do', async () => {
    const ran = await review('ollama_local:nothere:1b');
    expect([ran.code, ran.report().conclusion]).toEqual([3, 'error']);
    expect(ran.report().reason).toMatch(/`ollama pull nothere:1b`/);
  });

  it('that is down beside one that answers: incomplete, and the findings of the other decide the exit code', async () => {
    const config = `models:\n${inline('up', 'sql:1b')}${inline('down', 'sql:1b', `, base_url: "${DOWN}"`)}`;
    const found = await review('', { config });
    expect([found.code, found.report().conclusion, found.report().findings.length]).toEqual([1, 'incomplete', 1]);
    expect(found.report().reason).toMatch(/down did not answer/);
    const mild = await review('', { config: `${config}check: { fail_on: critical }\n` });
    expect([mild.code, mild.report().findings.length]).toEqual([3, 1]);
  });

  it('that hangs is let go of by Ctrl-C: exit code 130 within 2 s, and the server is free', async () => {
    const before = ollama.requests.length;
    const { child, ended } = startAegis(['review', '--diff', '-', '--models', 'ollama_local:hang:1b'], {
      stdin: DIFF,
      env: { OLLAMA_HOST: ollama.url },
    });
    const call = await until(
      () => ollama.requests.slice(before).find(({ path }) => path === '/api/chat'),
      10_000,
      () => 'no call',
    );
    const pressed = performance.now();
    child.kill('SIGINT');
    expect(await call.abandoned).toBeGreaterThan(pressed);
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: 'aegis: cancelled; nothing was concluded\n' });
    expect(performance.now() - pressed).toBeLessThan(2_000);
  });
});

describe('several models', () => {
  it('vote: two of three keep, one of three drops, and saying it twice is one vote', async () => {
    const config = `models:\n${inline('a', 'sql:1b')}${inline('b', 'twice:1b')}${inline('c', 'silent:1b')}consensus: { strategy: majority_vote }\n`;
    const ran = await review('', { config });
    const report = ran.report();
    expect(report).toMatchObject({ conclusion: 'findings', consensus: { strategy: 'majority_vote' } });
    expect(report.findings.map((one) => [one.cwe, one.models.map(({ id }) => id)])).toEqual([['CWE-89', ['a', 'b']]]);
    const all = await review('', { config, args: ['--strategy', 'union'] });
    expect(
      all
        .report()
        .findings.map(({ cwe }) => cwe)
        .toSorted(),
    ).toEqual(['CWE-79', 'CWE-89']);
  });
});

describe('a model in the cloud', () => {
  it('is called with the key of the environment', async () => {
    const before = openai.requests.length;
    const ran = await review('', { config: cloud(', api_key: env:MY_KEY'), env: { MY_KEY: KEY } });
    expect([ran.code, ran.report().conclusion]).toEqual([1, 'findings']);
    const calls = openai.requests.slice(before).filter(({ path }) => path === '/v1/chat/completions');
    expect(calls.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${KEY}`]);
    expect(JSON.stringify(calls.map(({ body }) => body))).not.toContain(KEY);
    expect(ran.stdout + ran.stderr).not.toContain(KEY);
  });

  it('that refuses the key is told with the name of the variable, never with the key', async () => {
    const wrong = 'sk-a-wrong-key-987654321';
    const ran = await review('', { config: cloud(', api_key: env:MY_KEY'), env: { MY_KEY: wrong } });
    expect([ran.code, ran.report().conclusion]).toEqual([3, 'error']);
    expect(ran.report().reason).toMatch(/MY_KEY/);
    expect(ran.stdout + ran.stderr).not.toMatch(/a-wrong-key|987654321/);
  });

  it('whose key is not set is a fault of the configuration', async () => {
    const ran = await review('', { config: cloud(', api_key: env:MY_KEY') });
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(/^aegis: .*MY_KEY.*not set/);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
  });

  it('that declines has given no opinion', async () => {
    const ran = await review('', { config: cloud(', api_key: env:MY_KEY').replace('gpt-5-mini', 'refuses'), env: { MY_KEY: KEY } });
    expect([ran.code, ran.report().conclusion]).toEqual([3, 'error']);
    expect(ran.report().models).toMatchObject([{ refused: 1, answered: 0 }]);
    expect(ran.report().reason).toMatch(/refused/);
  });
});

describe('what a hostile model writes stays text', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
  const ACTING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\uFFFE]/;
  const plain = (text: string) => expect(text).not.toMatch(ACTING);

  it('in pretty', async () => {
    const ran = await review('ollama_local:hostile:1b', { format: 'pretty' });
    expect(ran.code).toBe(1);
    plain(ran.stdout);
    expect(ran.stdout).not.toMatch(/^\s*::|##\[/m);
  });

  it('in github, where it adds no command', async () => {
    const ran = await review('ollama_local:hostile:1b', { format: 'github' });
    plain(ran.stdout);
    const commands = ran.stdout.split('\n').filter((line) => /^\s*::|##\[/.test(line));
    expect(commands).toHaveLength(1);
    for (const line of commands) expect(line).toMatch(/^::error file=src\/users\.js,line=41,endLine=41,title=/);
  });

  it('in markdown', async () => {
    const ran = await review('ollama_local:hostile:1b', { format: 'markdown' });
    plain(ran.stdout);
    expect(ran.stdout).not.toMatch(/<img|!\[x\]|[^\\]\]\(javascript|[^\\]<\/details><\/td>|^# head|[^\\`\u200B]@octocat/m);
  });

  it('in SARIF', async () => {
    const ran = await review('ollama_local:hostile:1b', { format: 'sarif' });
    const sarif = JSON.parse(ran.stdout) as { runs: { results: { message: { text: string } }[] }[] };
    expect(sarif.runs[0]?.results).toHaveLength(1);
    for (const { message } of sarif.runs[0]?.results ?? []) plain(message.text);
  });

  it.each(['pretty', 'markdown', 'github', 'sarif', 'json'])('and of six million characters %s makes an end', async (format) => {
    const ran = await review('ollama_local:huge:1b', { format });
    expect([ran.code, ran.stderr]).toEqual([1, '']);
    expect(ran.stdout.length).toBeGreaterThan(1_000);
    if (format === 'markdown') expect(ran.stdout.length).toBeLessThan(2_000_000);
    if (format === 'github') for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThan(10_000);
  });
});

describe('aegis doctor', () => {
  it('is content with a machine that has all it needs', async () => {
    const cwd = makeRepository({ '.aegis.yml': `models:\n  - builtin/patterns\n${inline('qwen', 'qwen2.5-coder:7b')}` });
    const ran = await runAegis(['doctor'], { cwd, env: { OLLAMA_HOST: ollama.url } });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    for (const name of ['Node.js', 'Git', 'Configuration', 'builtin/patterns', 'qwen'])
      expect(ran.stdout).toMatch(new RegExp(`^✔ ${name}`, 'm'));
  });

  it('says how to mend each fault', async () => {
    const cwd = makeRepository({ '.aegis.yml': `models:\n${inline('gone', 'gone:1b')}${inline('down', 'x:1b', `, base_url: "${DOWN}"`)}` });
    const ran = await runAegis(['doctor'], {
      cwd,
      env: { OLLAMA_HOST: ollama.url, DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:9/aegis' },
    });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^✖ gone .*`ollama pull gone:1b`/m);
    expect(ran.stdout).toMatch(/^✖ down .*`ollama serve`/m);
    expect(ran.stdout).toMatch(/^✖ Database /m);
    expect(ran.stdout + ran.stderr).not.toMatch(/hunter2|\n\s+at /);
  });

  it('tells all problems of a configuration', async () => {
    const ran = await runAegis(['doctor'], { cwd: makeRepository({ '.aegis.yml': 'reveiw: 1\nchekc: 2\n' }) });
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringMatching(/✖ Configuration[\s\S]*1:1 reveiw[\s\S]*2:1 chekc/)]);
  });
});

describe('aegis config validate', () => {
  it('tells what a valid file comes to', async () => {
    const cwd = makeRepository({ '.aegis.yml': `models:\n${inline('a', 'x:1b')}${inline('b', 'y:1b')}` });
    expect(await runAegis(['config', 'validate'], { cwd })).toEqual({ code: 0, stdout: '.aegis.yml: ok (a, b by union)\n', stderr: '' });
  });

  it('tells every problem with its place, in words and as JSON', async () => {
    const cwd = makeRepository({ 'team.yml': 'reveiw: 1\nreview:\n  min_severity: awful\n' });
    const said = await runAegis(['config', 'validate', 'team.yml'], { cwd });
    expect([said.code, said.stdout]).toEqual([2, expect.stringMatching(/team\.yml:1:1 reveiw[\s\S]*team\.yml:3:\d+ review\.min_severity/)]);
    const json = await runAegis(['config', 'validate', 'team.yml', '--format', 'json'], { cwd });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      file: 'team.yml',
      valid: false,
      problems: [{ line: 1, column: 1, key: 'reveiw' }, { line: 3 }],
    });
  });
});

describe('the rest of the command line', () => {
  it('aegis db migrate makes a database, and again changes nothing', async () => {
    const cwd = makeFolder();
    const first = await runAegis(['db', 'migrate'], { cwd, env: { AEGIS_DATA_DIR: 'data' } });
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(readdirSync(join(cwd, 'data')).length).toBeGreaterThan(0);
    const again = await runAegis(['db', 'migrate'], { cwd, env: { AEGIS_DATA_DIR: 'data' } });
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).not.toBe(first.stdout);
  });

  it('a folder that is gone is told', async () => {
    const cwd = makeFolder();
    const child = spawnSync('sh', ['-c', 'rmdir "$PWD" && exec "$0" "$1" review', process.execPath, AEGIS], {
      ...{ cwd, env: cleanEnv(), encoding: 'utf8' },
    });
    expect([child.status, child.stdout, child.stderr]).toEqual([2, '', 'aegis: the current folder is gone. Go into one that exists.\n']);
  });

  it('aegis --version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await runAegis(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('every command has help', async () => {
    const commands = [[], ['review'], ['scan'], ['serve'], ['config'], ['config', 'validate'], ['doctor'], ['db'], ['db', 'migrate']];
    const helps = await Promise.all(commands.map((command) => runAegis([...command, '--help'])));
    for (const [at, help] of helps.entries()) {
      expect([help.code, help.stderr]).toEqual([0, '']);
      expect(help.stdout).toContain(['Usage: aegis', ...(commands[at] ?? [])].join(' '));
    }
  });

  it('the formats agree on what was found', async () => {
    const formats = ['pretty', 'github', 'markdown', 'sarif'];
    const outputs = await Promise.all(formats.map((format) => review('ollama_local:qwen2.5-coder:7b', { format })));
    expect(outputs.map(({ code, stderr }) => [code, stderr])).toEqual(formats.map(() => [1, '']));
    for (const { stdout } of outputs) expect(stdout).toMatch(/CWE-89/);
    expect(outputs[1]?.stdout).toMatch(/^::error file=src\/users\.js,line=41,endLine=41,title=SQL injection/m);
    expect(outputs[0]?.stdout).toMatch(/src\/users\.js\n +41 +high +SQL injection/);
  });

  it('a review of language models leaves nothing in the repository', async () => {
    const cwd = makeRepository({ 'a.js': 'let a;\n' });
    writeFiles(cwd, { 'a.js': 'query("select " + name);\n' });
    await runAegis(['review', '--models', 'ollama_local:sql:1b'], { cwd, env: { OLLAMA_HOST: ollama.url } });
    expect(git(cwd, 'status', '--porcelain')).toBe(' M a.js\n');
  });
});
