import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/fakes/chunk-of.ts';
import { entryFor, never, providerEnv } from '../../../test/fakes/provider-env.ts';
import { jsonFindings } from '../parsers/json-findings.ts';
import { regex } from '../parsers/regex.ts';
import { sarif } from '../parsers/sarif.ts';
import { xml } from '../parsers/xml.ts';
import { tool } from './tool.ts';

const PARSERS = { json_findings: jsonFindings, regex, sarif, xml };

/** A command of one's own that runs a Node script; `args` are the files. */
const own = (source: string, settings: Record<string, unknown> = {}) => ({
  model: 'mine',
  settings: { command: [process.execPath, '-e', `const args = process.argv.slice(1); ${source}`, '--', '{files}'], ...settings },
});

async function ask(definition: Parameters<typeof entryFor>[1], chunk = chunkOf({ 'a.js': 'one\ntwo\nthree\n' })) {
  const entry = entryFor(tool, definition);
  const reply = await tool
    .connect(entry, providerEnv({ TOOL_KEY: 'k' }))
    .call({ role: 'deep_scan', chunk, messages: [], schema: null, maxTokens: 1 }, never());
  const parser = PARSERS[entry.parser_id as keyof typeof PARSERS];
  return { reply, read: parser.open(parser.config.parse(entry.parser_config)).read(reply.text) };
}

const sarifOf = (results: readonly { rule?: string; uri: string; line?: number; index?: number }[]) => ({
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'x', rules: [] } },
      results: results.map(({ rule = 'r1', uri, line }) => ({
        ruleId: rule,
        message: { text: 'Bad.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri, uriBaseId: 'ROOT' },
              ...(line === undefined ? {} : { region: { startLine: line } }),
            },
          },
        ],
      })),
      originalUriBaseIds: { ROOT: { uri: 'file:///gone/' } },
    },
  ],
});

const print = (text: string) => `process.stdout.write(${text});`;

describe('SARIF of a command of one’s own', () => {
  it.each([
    { name: 'as it was given', uri: 'FILE' },
    { name: 'with a dot', uri: './FILE' },
    { name: 'absolute', uri: 'HERE/FILE' },
    { name: 'as a file URL', uri: 'file://HERE/FILE' },
    { name: 'as a file URL with a host', uri: 'file://localhostHERE/FILE' },
    { name: 'below the folder of files', uri: 'NAME' },
  ])('names a file $name', async ({ uri }) => {
    const log = JSON.stringify(sarifOf([{ uri, line: 2 }]));
    const filled = `${JSON.stringify(log)}.replace('FILE', args[0]).replace('HERE', process.cwd()).replace('NAME', args[0].slice(6))`;
    const { read } = await ask(own(print(filled)));
    expect(read).toMatchObject({ kind: 'parsed', claims: [{ path: 'a.js', startLine: 2, message: 'Bad.' }] });
  });

  it('may name files that are written in escapes', async () => {
    const log = JSON.stringify(sarifOf([{ uri: 'files/a%20b/%C3%BC.js', line: 1 }]));
    const { read } = await ask(own(print(JSON.stringify(log))), chunkOf({ 'a b/ü.js': 'x\n' }));
    expect(read).toMatchObject({ claims: [{ path: 'a b/ü.js', startLine: 1 }] });
  });

  it('loses what is outside the shown lines, and what was not handed over', async () => {
    const log = sarifOf([
      { uri: 'files/a.js', line: 1 },
      { uri: 'files/a.js', line: 3 },
      { uri: 'other.js', line: 1 },
    ]);
    const { read } = await ask(
      own(print(JSON.stringify(JSON.stringify(log)))),
      chunkOf({ 'a.js': 'one\ntwo\nthree\n' }, { shown: [1, 2] }),
    );
    expect(read).toMatchObject({ claims: [{ startLine: 1 }] });
    expect(read.kind === 'parsed' && read.claims).toHaveLength(1);
  });

  it.each([
    { name: 'by its name alone', uri: 'a.js' },
    { name: 'from another root', uri: '/src/files/lib/a.js' },
  ])('that may mean a file that was handed over, $name, is no approval', async ({ uri }) => {
    const log = sarifOf([{ uri, line: 1 }]);
    const { reply } = await ask(own(print(JSON.stringify(JSON.stringify(log)))), chunkOf({ 'lib/a.js': 'one\n' }));
    expect(reply).toMatchObject({ finish: 'length', reason: expect.stringMatching(/^mine names files in a way .* \(findings: 1\)$/) });
  });

  it('without a place is passed on', async () => {
    const log = { version: '2.1.0', runs: [{ results: [{ ruleId: 'r1', message: { text: 'Everything is bad.' } }] }] };
    const { reply, read } = await ask(own(print(JSON.stringify(JSON.stringify(log))), { cwe_map: { r1: 'CWE-16' } }));
    expect(reply.finish).toBe('complete');
    expect(read).toMatchObject({ claims: [{ path: null, startLine: null, cwe: 'CWE-16', message: 'Everything is bad.' }] });
  });

  it('takes the weaknesses of the entry’s map', async () => {
    const log = sarifOf([{ rule: 'team.rules.sql', uri: 'files/a.js', line: 1 }]);
    const { read } = await ask(own(print(JSON.stringify(JSON.stringify(log))), { cwe_map: { sql: 'CWE-89' } }));
    expect(read).toMatchObject({ claims: [{ cwe: 'CWE-89' }] });
  });
});

describe('JSON of a command of one’s own', () => {
  it('is read as models write it, without what is outside the shown lines', async () => {
    const results = [
      { file: 'files/a.js', line_number: '1', issue: 'SQL built by hand', check_id: 'x.sql' },
      { file: 'files/a.js', line_number: 3, issue: 'Not shown' },
      { file: 'files/b.js', line: 1, issue: 'Not ours' },
      { issue: 'Somewhere', severity: 'low' },
    ];
    const command = own(print(JSON.stringify(JSON.stringify({ results }))), { format: 'json', cwe_map: { sql: 'CWE-89' } });
    const { read } = await ask(command, chunkOf({ 'a.js': 'one\ntwo\nthree\n' }, { shown: [1] }));
    expect(read).toMatchObject({ claims: [{ path: 'a.js', startLine: 1, cwe: 'CWE-89' }, { title: 'Somewhere' }] });
  });
});

describe('lines of a command of one’s own', () => {
  const lines = (text: string, settings = {}) => own(print(JSON.stringify(text)), { format: 'lines', ...settings });

  it('are read as those of compilers', async () => {
    const { read } = await ask(lines('Checking…\nfiles/a.js:2:7: error: Runs text (CWE-95)\nfiles/a.js:9: warning: gone\n1 problem\n'));
    expect(read).toMatchObject({
      claims: [{ path: 'a.js', startLine: 2, severity: 'high', cwe: 'CWE-95', message: 'Runs text (CWE-95)' }],
    });
    expect(read.kind === 'parsed' && read.claims).toHaveLength(1);
  });

  it('that are none mean that nothing was found', async () => {
    expect(await ask(lines(''))).toMatchObject({
      reply: { text: '', finish: 'complete' },
      read: { kind: 'parsed', claims: [], cut: false },
    });
    const own = { ...lines(''), parser_config: { pattern: '(?<path>.+):(?<line>\\d+) (?<message>.+)', none: '^0 problems' } };
    expect((await ask(own)).read).toEqual({ kind: 'parsed', claims: [], cut: false });
    expect((await ask(lines('files/a.js:9: error: outside\n'))).read).toEqual({ kind: 'parsed', claims: [], cut: false });
  });

  it('of another form are unreadable, and not an approval', async () => {
    expect((await ask(lines('Something went wrong.'))).read).toMatchObject({ kind: 'unreadable' });
  });

  it('take the weakness of a rule that they name', async () => {
    const { read } = await ask(lines('files/a.js:1: error: no-raw-sql: join\n', { cwe_map: { 'no-raw-sql': 'CWE-89' } }));
    expect(read).toMatchObject({ claims: [{ cwe: 'CWE-89' }] });
  });

  it('do not hide a program that failed with the code for "found something"', async () => {
    const failing = own('console.error("Traceback: no module"); process.exitCode = 1', { format: 'lines' });
    await expect(ask(failing)).rejects.toThrow('printed something else than lines: “Traceback: no module”');
  });
});

describe('XML of a command of one’s own', () => {
  it.each(['files/a.js', './files/a.js', 'HERE/files/a.js'])('names a file as the change does: %s', async (place) => {
    const report = `<checkstyle version="8"><file name="${place}"><error line="2" severity="error" message="Runs text" source="CWE-95"/></file></checkstyle>`;
    const { read } = await ask(own(print(`${JSON.stringify(report)}.replace('HERE', process.cwd())`), { format: 'xml' }));
    expect(read).toMatchObject({ claims: [{ path: 'a.js', startLine: 2, severity: 'high' }] });
  });
});

describe('a run', () => {
  it('that ends with another exit code is a fault, which says so and is not tried again', async () => {
    const failing = own('console.error("bad option"); process.exitCode = 2');
    await expect(ask(failing)).rejects.toMatchObject({
      message: 'The program mine ended with exit code 2: “bad option”',
      retryable: false,
    });
    const log = JSON.stringify(sarifOf([]));
    expect((await ask(own(`${print(JSON.stringify(log))} process.exitCode = 2`, { exit_codes: [0, 2] }))).read).toMatchObject({
      claims: [],
    });
  });

  it('is handed the files of the languages that its entry covers, and is left out where there are none', async () => {
    const listing = own(print('JSON.stringify({ findings: [], args })'), { format: 'json' });
    const files = { 'a.js': 'x\n', 'b.py': 'x\n', Makefile: 'x\n' };
    const covers = { languages: ['python'] };
    expect(JSON.parse((await ask({ ...listing, covers }, chunkOf(files))).reply.text)).toMatchObject({ args: ['files/b.py'] });
    const none = await ask({ ...own('process.exit(9)'), covers }, chunkOf({ 'a.js': 'x\n' }));
    expect(none).toMatchObject({ reply: { finish: 'complete' }, read: { kind: 'parsed', claims: [] } });
  });

  it('on a part of a file is a cut answer', async () => {
    const { reply } = await ask(
      own(print(JSON.stringify(JSON.stringify(sarifOf([]))))),
      chunkOf({ 'a.js': 'one\ntwo\n' }, { shown: [2], known: false }),
    );
    expect(reply).toMatchObject({ finish: 'length', reason: expect.stringMatching(/^a\.js: only what the diff shows is known$/) });
  });

  it('is kept under the version that it tells, and not at all where it tells none', async () => {
    const identity = (settings: Record<string, unknown>) =>
      tool.connect(entryFor(tool, { model: 'mine', settings: { command: ['x'], ...settings } }), providerEnv()).identity?.(never());
    expect(await identity({})).toBeNull();
    expect(await identity({ version_command: [process.execPath, '--version'] })).toBe(process.version);
  });
});

describe('a known tool', () => {
  it.each([
    { model: 'bandit', parser: 'json_findings', covers: { languages: ['python'] } },
    { model: 'flawfinder', parser: 'sarif', covers: { languages: ['c', 'cpp'] } },
    { model: 'semgrep', parser: 'json_findings', covers: 'all' },
  ])('brings its parser and its languages: $model', ({ model, parser, covers }) =>
    expect(tool.defaults(model, {})).toMatchObject({ parserId: parser, covers }),
  );

  it('may lie elsewhere: its arguments stay the table’s', async () => {
    const source = print(
      'JSON.stringify([{ RuleID: args.includes("--redact=100") ? "key" : "no", Description: "A key", File: "files/.env", StartLine: 1, EndLine: 1 }])',
    );
    const settings = { command: [process.execPath, '-e', `const args = process.argv.slice(1); ${source}`, '--'] };
    const { read } = await ask({ model: 'gitleaks', settings }, chunkOf({ '.env': 'API_KEY=x\n' }));
    expect(read).toMatchObject({
      claims: [{ cwe: 'CWE-798', path: '.env', startLine: 1, evidence: 'API_KEY=x', message: 'A key (gitleaks key)' }],
    });
  });

  it('that could not read a file says which, and its answer is a cut one', async () => {
    const report = { results: [], errors: [{ filename: 'files/a.py', reason: 'syntax error while parsing AST from file' }] };
    const settings = { command: [process.execPath, '-e', print(JSON.stringify(JSON.stringify(report))), '--'] };
    const { reply } = await ask({ model: 'bandit', settings }, chunkOf({ 'a.py': 'def (\n' }));
    expect(reply).toMatchObject({
      finish: 'length',
      reason: 'a.py: bandit could not read it: “syntax error while parsing AST from file”',
    });
  });

  it('that passes a file over without a word does not count as having read it', async () => {
    const report = { errors: [], nodejs: {}, templates: {}, Issues: [] };
    const settings = { command: [process.execPath, '-e', print(JSON.stringify(JSON.stringify(report))), '--'] };
    const looked = async (path: string, model = 'njsscan') => (await ask({ model, settings }, chunkOf({ [path]: 'x\n' }))).reply.reason;
    expect(await looked('src/app.js')).toBeNull();
    expect(await looked('views/app.ejs')).toBeNull();
    expect(await looked('src/app.mjs')).toBe('src/app.mjs: njsscan passes such files over');
    expect(await looked('test/fixtures/app.js')).toBe('test/fixtures/app.js: njsscan passes such files over');
    expect(await looked('cmd/main_test.go', 'gosec')).toBeNull();
    expect(await looked('vendored/x/main.go', 'gosec')).toBe('vendored/x/main.go: gosec passes such files over');
  });

  it('whose report is of another form is a fault', async () => {
    const settings = { command: [process.execPath, '-e', print('"{}"'), '--'] };
    await expect(ask({ model: 'bandit', settings }, chunkOf({ 'a.py': 'x\n' }))).rejects.toMatchObject({ fault: 'protocol' });
  });
});
