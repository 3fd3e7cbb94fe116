import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fakes/model-server.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import { type Question, reportLines } from '../fakes/simulated-model.ts';
import { makeFolder, runAegis, writeFiles } from './run-aegis.ts';

const LINES = ["db.query('SELECT * FROM users WHERE id = ' + id);", 'spawn(command, { shell: true });', 'element.innerHTML = text;'];
const DIFF = `diff --git a/src/app.js b/src/app.js
new file mode 100644
--- /dev/null
+++ b/src/app.js
@@ -0,0 +1,3 @@
${LINES.map((line) => `+${line}\n`).join('')}`;

interface Report {
  conclusion: string;
  findings: { id: string; title: string; path: string; cwe: string | null; models: { id: string; verdict: string }[] }[];
  consensus: { strategy: string; fellBack: boolean };
  spending: { usd: number; tokens: number };
}

/** Confirms what is in the database, rejects the rest. */
function rule({ prompt }: Question): string {
  const ids = [...prompt.matchAll(/"id":\s*"([^"]+)"[^}]*?"cwe":\s*"([^"]+)"/g)];
  const verdicts = ids.map(([, id, cwe]) => ({
    ...{ id, confidence: 0.9, severity: 'high', reason: 'as the code shows' },
    verdict: cwe === 'CWE-89' ? 'confirmed' : 'rejected',
  }));
  return JSON.stringify({ verdicts });
}

let server: ModelServer;
beforeAll(async () => {
  const sql = reportLines(/db\.query/, { cwe: 'CWE-89', severity: 'high' });
  const shell = reportLines(/spawn/, { cwe: 'CWE-78', severity: 'critical' });
  const page = reportLines(/innerHTML/, { cwe: 'CWE-79', severity: 'medium' });
  const all = (question: Question) => [sql, shell, page].flatMap((report) => report(question) as { startLine: number; evidence: string }[]);
  const models = { all, sql, two: (question: Question) => all(question).slice(0, 2), rules: rule };
  server = await startFakeOpenAi({ models });
});
afterAll(() => server.close());

/** A machine on which a change was reviewed by three models. Commands run elsewhere, in a folder without a repository. */
async function reviewed(rest = 'consensus: { strategy: union }\n', args: readonly string[] = []) {
  const folder = makeFolder();
  const env = { AEGIS_CACHE_DIR: join(folder, 'cache'), AEGIS_MODELS_FILE: join(folder, 'config', 'models.yml') };
  const model = (id: string, role: string) =>
    `  - { id: ${id}, provider: openai_compatible, model: ${id}, base_url: "${server.url}/v1", roles: [${role}] }\n`;
  const listed = ['all', 'sql', 'two'].map((id) => model(id, 'deep_scan')).join('') + model('rules', 'judge');
  writeFiles(folder, { '.aegis.yml': `models:\n${listed}${rest}` });
  const review = (...more: string[]) =>
    runAegis(['review', '--diff', '-', '--format', 'json', ...args, ...more], { cwd: folder, env, stdin: DIFF });
  const first = await review();
  const elsewhere = makeFolder();
  const run = (...words: string[]) => runAegis(words, { cwd: elsewhere, env });
  return {
    ...{ folder, env, elsewhere, run, first, review },
    report: JSON.parse(first.stdout) as Report,
    replay: async (...words: string[]) => {
      const ran = await run('replay', 'last', '--format', 'json', ...words);
      return { ...ran, report: () => JSON.parse(ran.stdout) as Report };
    },
    kept: async () => JSON.parse((await run('replay', '--format', 'json')).stdout) as { id: string; what: string }[],
  };
}
const cwes = ({ findings }: Report) => findings.map(({ cwe }) => cwe).toSorted();

describe('aegis replay', () => {
  it('lists what was reviewed here', async () => {
    const { run, env, kept } = await reviewed();
    const { code, stdout } = await run('replay');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +scan +when +conclusion +findings +strategy +what\n +[0-9a-z]{12} .+Z +findings +3 +union +\S.*\n$/);
    const [scan] = await kept();
    const file = join(env.AEGIS_CACHE_DIR, 'runs', `${scan?.id}.json.gz`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('SELECT')).toBe(false);
  });

  it('under the rules of the scan comes to what the scan came to', async () => {
    const { report, replay } = await reviewed();
    const again = await replay();
    expect(again).toMatchObject({ code: 1, stderr: '' });
    const { timing: _, ...same } = again.report() as Report & { timing: unknown };
    expect(report).toMatchObject(same);
  });

  it.each(['majority_vote', 'weighted_vote', 'union'])(
    'under %s comes to what a review by it comes to, and asks nobody',
    async (strategy) => {
      const { replay, review } = await reviewed('consensus: { strategy: union }\n');
      const before = server.requests.length;
      const again = await replay('--strategy', strategy);
      expect(server.requests.length).toBe(before);
      const direct = JSON.parse((await review('--strategy', strategy)).stdout) as Report;
      expect(again.report().findings).toEqual(direct.findings);
      expect(again.report()).toMatchObject({ conclusion: direct.conclusion, consensus: direct.consensus });
      expect(cwes(direct)).toEqual(strategy === 'union' ? ['CWE-78', 'CWE-79', 'CWE-89'] : ['CWE-78', 'CWE-89']);
    },
  );

  it('takes the verdicts that a judge gave then, and says which are missing', async () => {
    const judged = await reviewed('consensus: { strategy: judge }\n');
    expect(cwes(judged.report)).toEqual(['CWE-89']);
    const again = await judged.replay('--strategy', 'judge');
    expect(again.stderr).toBe('');
    expect(cwes(again.report())).toEqual(['CWE-89']);
    expect(again.report().consensus.fellBack).toBe(false);

    const unjudged = await reviewed('consensus: { strategy: majority_vote }\n');
    const asked = await unjudged.replay('--strategy', 'judge');
    expect(asked.stderr).toBe(
      'aegis: the scan holds no verdict of a judge on 3 of the 3 cases that this strategy puts to one: union decided them\n',
    );
    expect(asked.report().consensus).toMatchObject({ strategy: 'judge', fellBack: true });
  });

  it('takes a threshold, and exits as a review does', async () => {
    const { replay, run } = await reviewed();
    expect(cwes((await replay('--strategy', 'weighted_vote', '--threshold', '0.9')).report())).toEqual(['CWE-89']);
    expect((await replay('--strategy', 'weighted_vote', '--threshold', '0.9', '--fail-on', 'critical')).code).toBe(0);
    expect((await replay('--fail-on', 'critical')).code).toBe(1);
    expect((await replay('--fail-on', 'none')).code).toBe(0);
    const sarif = await run('replay', 'last', '--format', 'sarif', '--output', 'result.sarif');
    expect(sarif).toMatchObject({ code: 1, stdout: '' });
    expect((await run('replay', 'last', '--strategy', 'median')).stderr).toMatch(
      /^aegis: there is no strategy median\. Take one of these: /,
    );
  });

  it('repeats an incomplete scan as incomplete', async () => {
    const { replay, report } = await reviewed('consensus: { strategy: union, min_votes: 9 }\n');
    expect(report.conclusion).toBe('incomplete');
    expect((await replay('--fail-on', 'none')).code).toBe(3);
  });

  it('finds a scan by the beginning of its id; a review without the cache keeps none', async () => {
    const { kept, run, review } = await reviewed();
    const [scan] = await kept();
    expect((await run('replay', scan?.id.slice(0, 4) ?? '', '--fail-on', 'none')).code).toBe(0);
    await review('--no-cache');
    expect(await kept()).toHaveLength(1);
    await review();
    expect(await kept()).toHaveLength(2);
    expect(await run('replay', 'no-such')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^aegis: there is no kept scan no-such\./),
    });
  });

  it('says in one sentence that a file is damaged, and lists the others', async () => {
    const { env, run, kept } = await reviewed();
    writeFiles(join(env.AEGIS_CACHE_DIR, 'runs'), { '0123456789ab.json.gz': 'rubbish' });
    expect(await kept()).toHaveLength(1);
    expect(await run('replay', '0123')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'aegis: the kept scan 0123456789ab is damaged. Review the change again.\n',
    });
  });

  it('merges whole files, too', async () => {
    const folder = makeFolder();
    const env = { AEGIS_CACHE_DIR: join(folder, 'cache') };
    writeFiles(folder, {
      'app.js': "import { exec } from 'node:child_process';\nexport const run = (req) => exec('ls ' + req.query.dir);\n",
    });
    const scanned = await runAegis(['scan', 'app.js', '--format', 'json'], { cwd: folder, env });
    const again = await runAegis(['replay', 'last', '--format', 'json'], { cwd: makeFolder(), env });
    expect((JSON.parse(again.stdout) as Report).findings).toEqual((JSON.parse(scanned.stdout) as Report).findings);
    expect((JSON.parse(scanned.stdout) as Report).findings.length).toBeGreaterThan(0);
  });

  it('keeps nothing where the cache cannot be written, and reviews all the same', async () => {
    const folder = makeFolder();
    writeFiles(folder, { cache: 'a file', 'app.js': 'export const one = 1;\n' });
    const ran = await runAegis(['scan', 'app.js'], { cwd: folder, env: { AEGIS_CACHE_DIR: join(folder, 'cache') } });
    expect(ran.code).toBe(0);
  });
});

describe('aegis feedback', () => {
  it('is what `weights: auto` learns from', async () => {
    const auto = 'consensus: { strategy: weighted_vote, weights: auto }\n';
    const { report, run, folder, review, replay } = await reviewed(auto);
    expect(cwes(report)).toEqual(['CWE-78', 'CWE-89']);
    const shell = report.findings.find(({ cwe }) => cwe === 'CWE-78')!;
    expect(await run('feedback', shell.id, 'dismissed', '--reason', 'the command is ours')).toMatchObject({
      code: 0,
      stdout: `${shell.id} (${shell.title}, src/app.js:2) is dismissed; it counts for all, two\n`,
    });
    expect((await run('feedback')).stdout).toMatch(/^ +model +right +wrong +share\n +all +0 +1 +0 %\n +two +0 +1 +0 %\n$/);

    // As if it had been said of many findings.
    const path = join(folder, 'config', 'judgements.json');
    expect(readdirSync(join(folder, 'config'))).toEqual(['judgements.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = JSON.parse(readFileSync(path, 'utf8')) as { judgements: { fingerprint: string }[] };
    const [first] = file.judgements;
    const judgements = Array.from({ length: 40 }, (_, at) => ({ ...first, fingerprint: `${at}` }));
    writeFiles(join(folder, 'config'), { 'judgements.json': JSON.stringify({ ...file, judgements }) });
    const later = JSON.parse((await review()).stdout) as Report;
    expect(cwes(later)).toEqual(['CWE-89']);
    expect(cwes((await replay()).report())).toEqual(['CWE-89']);
  });

  it('takes a finding that only another strategy keeps', async () => {
    const { run, replay, report } = await reviewed('consensus: { strategy: majority_vote }\n');
    const page = (await replay('--strategy', 'union')).report().findings.find(({ cwe }) => cwe === 'CWE-79')!;
    expect(cwes(report)).not.toContain('CWE-79');
    expect(await run('feedback', page.id, 'confirmed')).toMatchObject({ code: 0, stdout: expect.stringContaining('counts for all\n') });
    expect(await run('feedback', 'nobody', 'confirmed')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no finding nobody in the scan/),
    });
  });

  it('says what is missing', async () => {
    expect(await runAegis(['feedback'])).toMatchObject({ code: 0, stdout: 'nothing is judged yet\n' });
    expect(await runAegis(['feedback', 'x', 'fixed'])).toMatchObject({
      code: 2,
      stderr: 'aegis: no scan is kept yet. Run `aegis review` or `aegis scan` first.\n',
    });
    expect(await runAegis(['feedback', 'x'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/what you hold of x is missing/) });
  });
});

describe('aegis pipelines', () => {
  it('stores what a configuration and a replay name', async () => {
    const { run, folder, elsewhere, replay, review } = await reviewed();
    writeFiles(elsewhere, {
      'strict.yml': 'description: The worst of the agreed\nsteps:\n  - vote: majority_vote\n  - cap: { findings: 1 }\n',
    });
    expect(await run('pipelines', 'save', 'strict', 'strict.yml')).toMatchObject({ code: 0, stderr: '' });
    expect((await run('pipelines', 'list')).stdout).toMatch(/strict +vote majority_vote → cap +The worst of the agreed/);
    const again = (await replay('--strategy', 'strict')).report();
    expect(cwes(again)).toEqual(['CWE-78']);
    expect(again.consensus.strategy).toBe('strict');

    const config = readFileSync(join(folder, '.aegis.yml'), 'utf8').replace('strategy: union', 'pipeline: strict');
    writeFiles(folder, { '.aegis.yml': config });
    const direct = JSON.parse((await review()).stdout) as Report;
    expect(direct.findings).toEqual(again.findings);
    await run('pipelines', 'remove', 'strict');
    const ran = await review();
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is no consensus pipeline `strict`/) });
  });

  it('says where a file that was changed by hand is broken', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'pipelines.yml': 'pipelines:\n  strict:\n    stages: []\n' });
    const ran = await runAegis(['pipelines', 'list'], { env: { AEGIS_MODELS_FILE: join(folder, 'models.yml') } });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/pipelines\.yml has 2 problems\n +2:3 .*steps: is missing\n +3:5 .*unknown key `stages`/);
  });
});
