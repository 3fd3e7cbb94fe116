import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, makeFolder, makeRepository, runAegis, writeFiles } from './run-aegis.ts';

const SAFE = "export const find = (db, req) => db.query('SELECT * FROM users WHERE name = $1', [req.query.name]);\n";
const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';
const EXAMPLE = new URL('../../examples/pull-request.diff', import.meta.url).pathname;

const json = (text: string) =>
  JSON.parse(text) as {
    conclusion: string;
    reason: string;
    findings: { cwe: string; path: string; startLine: number; severity: string; suppressedBy: string | null; models: { id: string }[] }[];
    models: { id: string; calls: number; answered: number; failed: number }[];
    coverage: Record<'hunks' | 'reviewed' | 'partial' | 'uncovered' | 'skipped' | 'notApplicable', number> & {
      left: { path: string; reason: string; status: string }[];
    };
  };

describe('aegis review, with no configuration, network, key or database', () => {
  it('finds what the example introduces and leaves its safe lines alone', async () => {
    const ran = await runAegis(['review', '--diff', EXAMPLE, '--format', 'json']);
    const result = json(ran.stdout);
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(1);
    expect(result.conclusion).toBe('findings');
    expect(
      result.findings
        .filter((one) => one.suppressedBy === null)
        .map((one) => `${one.path} ${one.cwe}`)
        .toSorted(),
    ).toEqual([
      'scripts/report.py CWE-502',
      'scripts/report.py CWE-78',
      'src/app.js CWE-601',
      'src/app.js CWE-78',
      'src/app.js CWE-89',
      'src/session.js CWE-338',
    ]);
    expect(result.models).toMatchObject([{ id: 'builtin/patterns', failed: 0 }]);
  });

  it('reads a diff from standard input', async () => {
    const ran = await runAegis(['review', '--diff', '-', '--format', 'json'], { stdin: readFileSync(EXAMPLE, 'utf8') });
    expect(json(ran.stdout).findings.length).toBeGreaterThanOrEqual(5);
  });

  it('an empty diff is valid and passed', async () => {
    const ran = await runAegis(['review', '--diff', '-', '--format', 'json'], { stdin: '' });
    expect([ran.code, json(ran.stdout).conclusion]).toEqual([0, 'passed']);
  });

  it('source that no model covers is never passed', async () => {
    const stdin = 'diff --git a/main.cbl b/main.cbl\n--- a/main.cbl\n+++ b/main.cbl\n@@ -1 +1 @@\n-A.\n+B.\n';
    const ran = await runAegis(['review', '--diff', '-', '--format', 'json'], { stdin });
    const result = json(ran.stdout);
    expect([ran.code, result.conclusion, result.coverage.uncovered]).toEqual([3, 'incomplete', 1]);
    expect(result.coverage.left[0]).toMatchObject({ path: 'main.cbl', status: 'uncovered' });
  });
});

describe('aegis review in a repository', () => {
  it('reviews from the merge base to the working tree, with files that are not added yet', async () => {
    const repo = makeRepository({ 'src/users.js': SAFE });
    git(repo, 'switch', '--quiet', '--create', 'feature');
    writeFiles(repo, { 'src/users.js': UNSAFE, 'src/new file ü.js': UNSAFE });
    const ran = await runAegis(['review', '--format', 'json'], { cwd: repo });
    expect(json(ran.stdout).findings.map((one) => [one.path, one.cwe, one.startLine])).toEqual([
      ['src/new file ü.js', 'CWE-89', 1],
      ['src/users.js', 'CWE-89', 1],
    ]);
    expect(ran.code).toBe(1);
  });

  it('--staged sees the index only; --base and --head see commits only', async () => {
    const repo = makeRepository({ 'a.js': SAFE, 'b.js': SAFE });
    writeFiles(repo, { 'a.js': UNSAFE });
    git(repo, 'add', 'a.js');
    writeFiles(repo, { 'b.js': UNSAFE });
    const staged = await runAegis(['review', '--staged', '--format', 'json'], { cwd: repo });
    expect(json(staged.stdout).findings.map((one) => one.path)).toEqual(['a.js']);
    git(repo, 'commit', '--quiet', '--message=change');
    const range = await runAegis(['review', '--base', 'HEAD~1', '--head', 'HEAD', '--format', 'json'], { cwd: repo });
    expect(json(range.stdout).findings.map((one) => one.path)).toEqual(['a.js']);
  });

  it('honours .aegis.yml: exclusions, the floor, suppressions with their reason', async () => {
    const repo = makeRepository({ 'a.js': SAFE, 'test/b.js': SAFE, 'docs/c.js': SAFE });
    writeFiles(repo, {
      'a.js': UNSAFE,
      'test/b.js': UNSAFE,
      'docs/c.js': UNSAFE,
      '.aegis.yml':
        'paths: { exclude: ["docs/**"] }\nsuppress:\n  - { cwe: CWE-89, paths: ["test/**"], reason: fixtures }\ncheck: { fail_on: critical }\n',
    });
    git(repo, 'add', '--intent-to-add', '.');
    const ran = await runAegis(['review', '--format', 'json', '--fail-on', 'none'], { cwd: repo });
    const result = json(ran.stdout);
    expect(result.findings.map((one) => [one.path, one.suppressedBy])).toEqual([
      ['a.js', null],
      ['test/b.js', 'policy'],
    ]);
    expect(result.coverage.left).toContainEqual(expect.objectContaining({ path: 'docs/c.js', status: 'skipped' }));
    expect(ran.code).toBe(0);
  });

  it('--scope decides where a finding counts: on added lines, in the hunks, anywhere in the file', async () => {
    const filler = (count: number) => Array.from({ length: count }, (_, index) => `export const n${index} = ${index};\n`).join('');
    const repo = makeRepository({ 'a.js': `${UNSAFE}${filler(40)}${UNSAFE.replace('find', 'near')}export const last = 1;\n` });
    writeFiles(repo, { 'a.js': `${UNSAFE}${filler(40)}${UNSAFE.replace('find', 'near')}export const last = 2;\n` });
    const counting = async (scope: string) => {
      const ran = await runAegis(['review', '--scope', scope, '--format', 'json', '--fail-on', 'none'], { cwd: repo });
      return json(ran.stdout)
        .findings.filter((one) => one.suppressedBy === null)
        .map((one) => one.startLine);
    };
    expect(await counting('added')).toEqual([]);
    expect(await counting('hunks')).toEqual([42]);
    expect((await counting('file')).toSorted((a, b) => a - b)).toEqual([1, 42]);
  });

  it('a checkout of one commit has no base: that is said, and nothing looks reviewed', async () => {
    const origin = makeRepository({ 'a.js': SAFE });
    git(origin, 'switch', '--quiet', '--create', 'feature');
    writeFiles(origin, { 'a.js': UNSAFE });
    git(origin, 'commit', '--quiet', '--all', '--message=change');
    const clone = makeFolder();
    git(clone, 'init', '--quiet');
    git(clone, 'remote', 'add', 'origin', `file://${origin}`);
    git(clone, 'fetch', '--quiet', '--depth=1', 'origin', 'feature');
    git(clone, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
    const ran = await runAegis(['review'], { cwd: clone });
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(/--base.*fetch-depth: 0/);
  });

  it('five weaknesses on five lines are five findings, each with its own words', async () => {
    const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => `  exec('rm ' + req.query.${name});\n`).join('');
    const stdin = `diff --git a/a.js b/a.js\n--- /dev/null\n+++ b/a.js\n@@ -0,0 +1,8 @@\n${`const { exec } = require('child_process');\nexport function clean(req) {\n${calls}}\n`.replace(/^(?=.)/gm, '+')}`;
    const ran = await runAegis(['review', '--diff', '-', '--format', 'json'], { stdin });
    const found = (JSON.parse(ran.stdout) as { findings: { evidence: string; message: string }[] }).findings;
    expect(found).toHaveLength(5);
    for (const { evidence, message } of found) expect(message).toContain(/req\.query\.\w/.exec(evidence)?.[0] ?? 'nothing');
  });

  it('--dry-run says who would see what and calls nobody', async () => {
    const ran = await runAegis(['review', '--diff', EXAMPLE, '--dry-run']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^deep_scan\n {2}builtin\/patterns +\d+ +0 +0 +\$0$/m);
    expect(ran.stdout).toContain('Nothing was called.');
  });

  it('writes to a file what it would print', async () => {
    const cwd = makeFolder();
    const ran = await runAegis(['review', '--diff', EXAMPLE, '--format', 'sarif', '--output', 'out.sarif'], { cwd });
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    const sarif = JSON.parse(readFileSync(join(cwd, 'out.sarif'), 'utf8')) as { version: string; runs: { results: unknown[] }[] };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]?.results).toHaveLength(6);
  });
});

describe('bad input is one clear sentence and exit code 2', () => {
  it.each([
    { name: 'not a repository', args: ['review'], says: /not (inside )?a git repository/i },
    { name: 'a file that is not there', args: ['review', '--diff', 'missing.diff'], says: /missing\.diff/ },
    { name: 'text that is no diff', args: ['review', '--diff', '-'], stdin: 'hello\nworld\n', says: /not a unified diff/i },
    {
      name: 'a combined diff',
      args: ['review', '--diff', '-'],
      stdin: 'diff --cc a.js\nindex 1,2..3\n--- a/a.js\n+++ b/a.js\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n',
      says: /combined diff/i,
    },
    { name: 'an unknown model', args: ['review', '--diff', EXAMPLE, '--models', 'builtin/pattern'], says: /builtin\/patterns/ },
    { name: 'an unknown strategy', args: ['review', '--diff', EXAMPLE, '--strategy', 'magic'], says: /union/ },
    { name: 'an unknown format', args: ['review', '--diff', EXAMPLE, '--format', 'pdf'], says: /sarif/ },
    { name: 'an unknown option', args: ['review', '--nonsense'], says: /--nonsense/ },
    { name: 'an unknown command', args: ['reviw'], says: /review/ },
    { name: 'a path that is not there', args: ['scan', 'nowhere'], says: /nowhere/ },
    { name: 'a configuration that is not there', args: ['review', '--diff', EXAMPLE, '--config', 'none.yml'], says: /none\.yml/ },
  ])('$name', async ({ args, stdin, says }) => {
    const ran = await runAegis(args, stdin === undefined ? {} : { stdin });
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
  });

  it('an unknown ref is named', async () => {
    const repo = makeRepository({ 'a.js': SAFE });
    const ran = await runAegis(['review', '--base', 'no-such-branch'], { cwd: repo });
    expect(ran.stderr).toContain('no-such-branch');
    expect(ran.code).toBe(2);
  });

  it('a ref that looks like an option is refused, not obeyed', async () => {
    const repo = makeRepository({ 'a.js': SAFE });
    const ran = await runAegis(['review', '--base=--output=stolen'], { cwd: repo });
    expect(ran.code).toBe(2);
    expect(git(repo, 'status', '--porcelain')).toBe('');
  });

  it('a broken .aegis.yml tells every problem at once, with its place and the nearest key', async () => {
    const repo = makeRepository({ 'a.js': SAFE, '.aegis.yml': 'reveiw:\n  min_severity: low\nreview:\n  min_severity: awful\n' });
    const ran = await runAegis(['review'], { cwd: repo });
    expect(ran.stderr).toMatch(/1:1.*reveiw.*review/);
    expect(ran.stderr).toMatch(/4:\d+.*min_severity.*critical/);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
  });
});

describe('aegis scan', () => {
  it('reviews whole files and folders', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, {
      'src/a.js': UNSAFE,
      'src/b.py': 'import os, sys\nos.system("ls " + sys.argv[1])\n',
      'node_modules/x/index.js': UNSAFE,
      'README.md': '# hi\n',
    });
    const ran = await runAegis(['scan', 'src', 'README.md', '--format', 'json'], { cwd });
    const result = json(ran.stdout);
    expect(result.findings.map((one) => [one.path, one.cwe]).toSorted()).toEqual([
      ['src/a.js', 'CWE-89'],
      ['src/b.py', 'CWE-78'],
    ]);
    expect(result.coverage).toMatchObject({ hunks: 3, reviewed: 2, notApplicable: 1 });
    expect(ran.code).toBe(1);
  });
});
