import { describe, expect, it } from 'vitest';
import type { ChangedFile, DiffLine } from '#model/change-set.ts';
import { isGap } from '#model/coverage.ts';
import { type SelectRules, selectHunks } from './select-hunks.ts';

const added = (text: string, newLine: number): DiffLine => ({ mark: 'added', text, oldLine: null, newLine });
const context = (text: string, line: number): DiffLine => ({ mark: 'context', text, oldLine: line, newLine: line });

function file(path: string, part: Partial<ChangedFile> & { lines?: readonly DiffLine[] } = {}): ChangedFile {
  const { lines = [added('x = 1', 5)], ...rest } = part;
  const hunk = { id: `${path}@4,5`, oldStart: 4, oldLines: 0, newStart: 5, newLines: lines.length, section: '', lines };
  return {
    path,
    oldPath: null,
    status: 'modified',
    kind: 'text',
    oldMode: '100644',
    newMode: '100644',
    hunks: [hunk],
    missing: null,
    ...rest,
  };
}

const RULES: SelectRules = { include: ['**'], exclude: [], attributes: null };
const judge = (one: ChangedFile, rules: Partial<SelectRules> = {}) => {
  const { selected, ledger } = selectHunks({ mode: 'change', files: [one], base: null, head: null }, { ...RULES, ...rules });
  expect(selected.length + (ledger.length > 0 ? 1 : 0)).toBe(1);
  return ledger[0] === undefined ? 'selected' : (ledger[0].cause ?? ledger[0].status);
};
const none = { hunks: [] };

describe('selectHunks', () => {
  it.each([
    'package-lock.json',
    'yarn.lock',
    '.github/workflows/ci.yml',
    'Dockerfile',
    'main.tf',
    'package.json',
    'requirements.txt',
    'config/app.yml',
    'data.json',
    '.env',
    '.npmrc',
    'src/vendor/controller.ts',
    'com/acme/src/vendor/V.java',
    'src/password_gen.py',
    'dist/cli.js',
    'icon.svg',
    'CMakeLists.txt',
    'LICENSES.py',
    'unknown',
  ])('reviews %s', (path) => expect(judge(file(path))).toBe('selected'));

  it.each([
    ['vendor/a/b.go', 'vendored'],
    ['services/x/vendor/a.php', 'vendored'],
    ['lib/third_party/x.c', 'vendored'],
    ['web/node_modules/x/index.js', 'vendored'],
    ['api/x.pb.go', 'generated'],
    ['api/x_pb2.py', 'generated'],
    ['a.test.ts.snap', 'generated'],
    ['bundle.js.map', 'generated'],
    ['graphql/types.generated.ts', 'generated'],
    ['js/jquery.min.js', 'minified'],
    ['README.md', 'not_applicable'],
    ['docs/a.txt', 'not_applicable'],
  ])('leaves out %s as %s', (path, cause) => expect(judge(file(path))).toBe(cause));

  it.each([
    { name: 'a deleted file', part: { status: 'deleted' as const }, cause: 'deleted' },
    { name: 'a submodule', part: { kind: 'submodule' as const, ...none }, cause: 'submodule' },
    { name: 'a symbolic link', part: { kind: 'symlink' as const, ...none }, cause: 'symlink' },
    { name: 'a change of mode', part: { status: 'mode-changed' as const, newMode: '100755', ...none }, cause: 'mode-only' },
    { name: 'an empty new file', part: { status: 'added' as const, ...none }, cause: 'not_applicable' },
    { name: 'a rename alone', part: { status: 'renamed' as const, oldPath: 'b.py', ...none }, cause: 'not_applicable' },
    { name: 'a file without its lines', part: { missing: 'no patch', ...none }, cause: 'fault' },
    { name: 'program text that is binary by content', part: { kind: 'binary' as const, ...none }, cause: 'fault' },
    {
      name: 'a hunk that only removes lines',
      part: { lines: [{ mark: 'removed' as const, text: 'check()', oldLine: 4, newLine: null }] },
      cause: 'selected',
    },
  ])('judges $name as $cause', ({ part, cause }) => expect(judge(file('a.py', part))).toBe(cause));

  it('judges binary files by what they can hold', () => {
    expect(judge(file('logo.png', { kind: 'binary', ...none }))).toBe('not_applicable');
    expect(judge(file('model.bin', { kind: 'binary', ...none }))).toBe('binary');
    expect(judge(file('shell.png'))).toBe('selected');
  });

  it.each([
    { name: 'an excluded folder', rules: { exclude: ['docs/'] }, path: 'docs/.hidden/x.py', cause: 'path-rule' },
    { name: 'an excluded glob', rules: { exclude: ['**/*.py'] }, path: '.ci/x.py', cause: 'path-rule' },
    { name: 'a file that include does not name', rules: { include: ['src/**'] }, path: 'x.py', cause: 'path-rule' },
    { name: 'a file with a line break in its name', rules: {}, path: 'src/a\nb.js', cause: 'selected' },
    {
      name: 'a file with a line break in its name, in a folder that include names',
      rules: { include: ['src/'] },
      path: 'src/a\u2028b.js',
      cause: 'selected',
    },
    { name: 'a file that include names', rules: { include: ['src/**'] }, path: 'src/.x/y.py', cause: 'selected' },
    { name: 'an empty include', rules: { include: [] }, path: 'x.py', cause: 'selected' },
    { name: 'linguist-generated', rules: { attributes: '*.py linguist-generated' }, path: 'a/x.py', cause: 'generated' },
    {
      name: 'linguist-vendored with a path',
      rules: { attributes: '# c\n/ext/** linguist-vendored=true\r\n' },
      path: 'ext/x.py',
      cause: 'vendored',
    },
    {
      name: 'a path that is anchored elsewhere',
      rules: { attributes: '/ext/** linguist-vendored' },
      path: 'a/ext/x.py',
      cause: 'selected',
    },
    { name: '-diff', rules: { attributes: '*.py text -diff' }, path: 'x.py', cause: 'binary' },
    { name: 'the macro binary', rules: { attributes: '"a b.py" binary' }, path: 'c/a b.py', cause: 'binary' },
    { name: 'a later rule that takes it back', rules: { attributes: '*.py -diff\nx.py diff' }, path: 'x.py', cause: 'selected' },
    { name: 'a rule that is unspecified again', rules: { attributes: '*.py -diff\nx.py !diff' }, path: 'x.py', cause: 'selected' },
    { name: 'a folder pattern, which matches no file', rules: { attributes: 'a/ -diff' }, path: 'a/x.py', cause: 'selected' },
    {
      name: 'vendored code that the owner claims',
      rules: { attributes: 'vendor/ours/** -linguist-vendored' },
      path: 'vendor/ours/x.py',
      cause: 'selected',
    },
    {
      name: 'generated code that the owner claims',
      rules: { attributes: '*.pb.go linguist-generated=false' },
      path: 'x.pb.go',
      cause: 'selected',
    },
  ])('obeys the rules: $name', ({ rules, path, cause }) => expect(judge(file(path), rules)).toBe(cause));

  it.each([
    {
      name: 'a new file with the marker: a change cannot exempt itself',
      part: { status: 'added' as const, lines: [added('// Code generated by x. DO NOT EDIT.', 1)] },
      cause: 'selected',
    },
    { name: 'a file that had the marker before', part: { lines: [context(' * @generated', 2), added('x', 3)] }, cause: 'generated' },
    { name: 'a file to which the change adds the marker', part: { lines: [added('// @generated', 1)] }, cause: 'selected' },
    { name: 'the marker in a string', part: { status: 'added' as const, lines: [added('const a = "@generated"', 1)] }, cause: 'selected' },
    { name: 'the marker far down', part: { lines: [context('// DO NOT EDIT', 40)] }, cause: 'selected' },
    { name: 'long lines without white space', part: { lines: [added('a=1;'.repeat(2000), 1)] }, cause: 'minified' },
    {
      name: 'one long line among the lines that people write',
      part: { lines: [added('a=1;'.repeat(2000), 1), ...Array.from({ length: 100 }, (_, at) => added('const name = value + 1;', at + 2))] },
      cause: 'selected',
    },
  ])('reads the content of a script: $name', ({ part, cause }) => expect(judge(file('a.js', part))).toBe(cause));

  it('a manifest on one long line is reviewed', () => {
    const part = { lines: [added(`{"scripts":{"postinstall":"x"},"a":"${'y'.repeat(9000)}"}`, 1)] };
    expect(judge(file('package.json', part))).toBe('selected');
    expect(judge(file('data/points.json', part))).toBe('minified');
  });

  it('reviews what runs as written, whoever wrote it', () => {
    const lines = [added('# This file is autogenerated. DO NOT EDIT.', 1)];
    for (const path of ['Dockerfile', 'yarn.lock', 'requirements.txt', '.github/workflows/a.yml'])
      expect(judge(file(path, { status: 'added', lines }))).toBe('selected');
  });

  it('takes only a built file of dist/ for built', () => {
    expect(judge(file('dist/index.js', { lines: [added('//# sourceMappingURL=index.js.map', 9)] }))).toBe('generated');
  });

  it('has an entry for each hunk of a file that is left out', () => {
    const [hunk] = file('a.md').hunks;
    const two = file('a.md', { hunks: [hunk!, { ...hunk!, id: 'a.md@9,9' }] });
    const { ledger } = selectHunks({ mode: 'change', files: [two], base: null, head: null }, RULES);
    expect(ledger.map((entry) => entry.hunkId)).toEqual(['a.md@4,5', 'a.md@9,9']);
  });

  it('leaves the scan complete by rule and incomplete by fault', () => {
    const entry = (one: ChangedFile) => selectHunks({ mode: 'change', files: [one], base: null, head: null }, RULES).ledger[0]!;
    expect(isGap(entry(file('a.py', { status: 'deleted' })))).toBe(false);
    expect(isGap(entry(file('a.php', { kind: 'binary', ...none })))).toBe(true);
  });
});
