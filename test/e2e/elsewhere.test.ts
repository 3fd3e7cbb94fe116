import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, makeFolder, makeRepository, runAegis, writeFiles } from './run-aegis.ts';

const SAFE = 'export const find = (db, id) => db.query("select * from users where id = $1", [id]);\n';
const WEAK = 'export const find = (db, req) => db.query("select * from users where id = " + req.query.id);\n';

/** A repository whose working tree brings a weakness. */
function makeWeak(): string {
  const repo = makeRepository({ 'src/a.js': SAFE });
  writeFiles(repo, { 'src/a.js': WEAK });
  return repo;
}

/** SARIF of another tool, with the line that it quotes. */
function foreignSarif(snippet: string | null): string {
  const region = { startLine: 1, ...(snippet !== null && { snippet: { text: snippet } }) };
  const location = { physicalLocation: { artifactLocation: { uri: 'src/a.js', uriBaseId: '%SRCROOT%' }, region } };
  const rule = { id: 'js/sql-injection', properties: { tags: ['security', 'external/cwe/cwe-089'] } };
  const results = [{ ruleId: rule.id, message: { text: 'x' }, locations: [location] }];
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Other', rules: [rule] } }, results }] });
}

describe('--baseline', () => {
  it.each(['json', 'sarif'])('what --format %s wrote does not count, and what is new does', async (format) => {
    const repo = makeWeak();
    const file = join(makeFolder(), 'baseline');
    expect((await runAegis(['scan', '.', '--format', format, '--output', file], { cwd: repo })).code).toBe(1);
    const known = await runAegis(['review', '--baseline', file], { cwd: repo });
    expect(known).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('1 in the baseline') });
    writeFiles(repo, { 'src/b.js': WEAK });
    expect((await runAegis(['review', '--baseline', file], { cwd: repo })).code).toBe(1);
  });

  it('of another tool is known by file, weakness and line; what quotes no line is told of, and counts', async () => {
    const repo = makeWeak();
    const folder = makeFolder();
    writeFiles(folder, { 'quoted.sarif': foreignSarif(WEAK), 'bare.sarif': foreignSarif(null) });
    const quoted = await runAegis(['review', '--baseline', join(folder, 'quoted.sarif')], { cwd: repo });
    expect(quoted).toMatchObject({ code: 0, stderr: '' });
    const bare = await runAegis(['review', '--baseline', join(folder, 'bare.sarif')], { cwd: repo });
    expect(bare.code).toBe(1);
    expect(bare.stderr).toContain('1 of 1 finding of the baseline quotes no line, so that it is not known again');
  });

  it('that is none is a usage fault', async () => {
    const repo = makeWeak();
    for (const file of ['src/a.js', 'none.json']) {
      expect(await runAegis(['review', '--baseline', file], { cwd: repo })).toMatchObject({ code: 2, stdout: '' });
    }
  });
});

describe('--format', () => {
  it.each([
    { format: 'gitlab', holds: /"vulnerabilities": \[\n? *\{/ },
    { format: 'rdjson', holds: /"diagnostics": \[\n? *\{/ },
    { format: 'csv', holds: /\r\nfinding,[0-9a-z]{6},high,CWE-89,/ },
  ])('$format goes to the file that is named, and the exit code is that of the review', async ({ format, holds }) => {
    const repo = makeWeak();
    const file = join(makeFolder(), 'report');
    expect(await runAegis(['review', '--format', format, '--output', file], { cwd: repo })).toMatchObject({ code: 1 });
    expect(readFileSync(file, 'utf8')).toMatch(holds);
    git(repo, 'checkout', '--quiet', '.');
    expect((await runAegis(['review', '--format', format, '--output', file], { cwd: repo })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toMatch(holds);
  });
});

describe('aegis init', () => {
  it('writes a file that is valid and says so in config validate; a second time only with --force', async () => {
    const repo = makeRepository({ 'src/a.js': SAFE, 'docs/x.md': '# x\n', '.github/workflows/ci.yml': 'on: push\n' });
    const first = await runAegis(['init', '--preset', 'quiet'], { cwd: join(repo, 'src') });
    expect(first).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('javascript (1 file)') });
    expect(readFileSync(join(repo, '.aegis.yml'), 'utf8')).toMatch(/^preset: quiet$/m);
    expect((await runAegis(['config', 'validate'], { cwd: repo })).code).toBe(0);
    const again = await runAegis(['init'], { cwd: repo });
    expect(again).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--force') });
    expect((await runAegis(['init', '--force'], { cwd: repo })).code).toBe(0);
    expect(readFileSync(join(repo, '.aegis.yml'), 'utf8')).toMatch(/^#preset: balanced$/m);
  });

  it('writes where there is no repository, says that nothing was counted, and never through a link', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'a.py': 'x = 1\n' });
    expect(await runAegis(['init'], { cwd: folder })).toMatchObject({ code: 0, stdout: expect.stringMatching(/languages +not counted/) });
    const linked = makeFolder();
    symlinkSync(join(folder, 'elsewhere.yml'), join(linked, '.aegis.yml'));
    expect((await runAegis(['init'], { cwd: linked })).code).toBe(2);
  });

  it('that may not write, or finds a folder of the name, is a usage fault in one sentence', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, '.aegis.yml'));
    expect(await runAegis(['init', '--force'], { cwd: folder })).toMatchObject({ code: 2, stderr: expect.stringMatching(/^aegis: .*\n$/) });
    const shut = makeFolder();
    chmodSync(shut, 0o500);
    // Root may write anywhere.
    if (process.getuid?.() !== 0) expect((await runAegis(['init'], { cwd: shut })).code).toBe(2);
  });
});

it('aegis config explain names the file and line, the preset and the variable that each value is from', async () => {
  const repo = makeRepository({
    '.aegis.yml': 'review:\n  scope: file\nconsensus: { min_votes: 1 }\n',
    '.github/aegis.yml':
      'preset: quiet\nconsensus:\n  weights: { "builtin/patterns": 2 }\n  min_votes: 9\npaths: { exclude: [far/**] }\nreview: { scope: added, max_comments: 3 }\n',
  });
  const { code, stdout } = await runAegis(['config', 'explain', '--format', 'json'], { cwd: repo, env: { AEGIS_MONTHLY_USD: '5' } });
  expect(code).toBe(0);
  const { values } = JSON.parse(stdout) as { values: { key: string; value: unknown; origin: unknown }[] };
  const of = (name: string) => values.find(({ key }) => key === name);
  const farther = { kind: 'file', source: '.github/aegis.yml' };
  expect(of('review.scope')).toMatchObject({ value: 'file', origin: { kind: 'file', source: '.aegis.yml', line: 2 } });
  expect(of('consensus.min_votes')).toMatchObject({ value: 1, origin: { source: '.aegis.yml', line: 3 } });
  expect(of('consensus.weights.builtin/patterns')).toMatchObject({ value: 2, origin: { ...farther, line: 3 } });
  expect(of('paths.exclude')).toMatchObject({ value: ['far/**'], origin: { ...farther, line: 5 } });
  expect(of('review.max_comments')).toMatchObject({ value: 3, origin: { ...farther, line: 6 } });
  expect(of('review.min_severity')).toMatchObject({ value: 'medium', origin: { kind: 'preset', name: 'quiet' } });
  expect(of('budget.monthly_usd')).toMatchObject({ value: 5, origin: { kind: 'environment', variable: 'AEGIS_MONTHLY_USD' } });
  expect(of('check.fail_on')).toMatchObject({ origin: { kind: 'default' } });
});
