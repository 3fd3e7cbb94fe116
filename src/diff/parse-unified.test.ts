import { describe, expect, it } from 'vitest';
import type { ChangedFile } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import { parseUnifiedDiff } from './parse-unified.ts';

const text = (...lines: string[]) => `${lines.join('\n')}\n`;
const only = (diff: string): ChangedFile => {
  const files = parseUnifiedDiff(diff);
  expect(files).toHaveLength(1);
  return files[0]!;
};
/** `+2 text`, `-1 text`, ` 1:2 text`: a hunk line in one string. */
const shown = (file: ChangedFile) =>
  file.hunks.map((hunk) =>
    hunk.lines.map((line) =>
      line.mark === 'added'
        ? `+${line.newLine} ${line.text}`
        : line.mark === 'removed'
          ? `-${line.oldLine} ${line.text}`
          : ` ${line.oldLine}:${line.newLine} ${line.text}`,
    ),
  );

const HEADER = ['diff --git a/src/a.ts b/src/a.ts', 'index 1111111..2222222 100644', '--- a/src/a.ts', '+++ b/src/a.ts'];
const modified = (...body: string[]) => text(...HEADER, ...body);

describe('parseUnifiedDiff', () => {
  it('numbers added, removed and context lines on their sides', () => {
    const file = only(modified('@@ -10,4 +10,4 @@ function f() {', ' a', '-b', '+B', '+C', ' d', '-e'));
    expect(file).toMatchObject({
      path: 'src/a.ts',
      oldPath: null,
      status: 'modified',
      kind: 'text',
      oldMode: '100644',
      newMode: '100644',
      missing: null,
    });
    expect(file.hunks[0]).toMatchObject({
      id: 'src/a.ts@10,10',
      oldStart: 10,
      oldLines: 4,
      newStart: 10,
      newLines: 4,
      section: 'function f() {',
    });
    expect(shown(file)).toEqual([[' 10:10 a', '-11 b', '+11 B', '+12 C', ' 12:13 d', '-13 e']]);
  });

  it.each([
    { name: 'a one-line new file', body: ['@@ -0,0 +1 @@', '+a'], lines: ['+1 a'] },
    { name: 'a one-line file that grows', body: ['@@ -1 +1,3 @@', ' a', '+b', '+c'], lines: [' 1:1 a', '+2 b', '+3 c'] },
    { name: 'a one-line change', body: ['@@ -7 +7 @@', '-a', '+b'], lines: ['-7 a', '+7 b'] },
    { name: 'a removal alone', body: ['@@ -3,2 +2,0 @@', '-a', '-b'], lines: ['-3 a', '-4 b'] },
    {
      name: 'no line feed at the end of the new side',
      body: ['@@ -1,2 +1,2 @@', ' a', '-b', '+c', '\\ No newline at end of file'],
      lines: [' 1:1 a', '-2 b', '+2 c'],
    },
    {
      name: 'no line feed at the end of either side',
      body: ['@@ -1 +1 @@', '-b', '\\ No newline at end of file', '+c', '\\ No newline at end of file'],
      lines: ['-1 b', '+1 c'],
    },
    {
      name: 'the same remark in another tongue',
      body: ['@@ -1 +1 @@', '-b', '\\ Kein Zeilenumbruch am Dateiende.', '+c'],
      lines: ['-1 b', '+1 c'],
    },
    {
      name: 'a context line whose space was lost',
      body: ['@@ -1,3 +1,3 @@', ' a', '', '-b', '+c'],
      lines: [' 1:1 a', ' 2:2 ', '-3 b', '+3 c'],
    },
    {
      name: 'content that looks like headers',
      body: [
        '@@ -1,4 +1,6 @@',
        '--- a/x',
        '-diff --git a/x b/x',
        '+++ b/x',
        '+@@ -1 +1 @@',
        '+\\ No newline at end of file',
        ' @@@ -1 -1 +1 @@@',
        ' --- a/y',
        '+rename to z',
      ],
      lines: [
        '-1 -- a/x',
        '-2 diff --git a/x b/x',
        '+1 ++ b/x',
        '+2 @@ -1 +1 @@',
        '+3 \\ No newline at end of file',
        ' 3:4 @@@ -1 -1 +1 @@@',
        ' 4:5 --- a/y',
        '+6 rename to z',
      ],
    },
    {
      name: 'a carriage return or a line separator within a line',
      body: ['@@ -1 +1 @@ f\u2028g', '-a\rb', '+a\u2028b'],
      lines: ['-1 a\rb', '+1 a\u2028b'],
    },
  ])('reads $name', ({ body, lines }) => expect(shown(only(modified(...body)))).toEqual([lines]));

  it('leaves the carriage returns of a CRLF file off', () => {
    expect(shown(only(modified('@@ -1,2 +1,2 @@', ' a\r', '-b\r', '+c\r')))).toEqual([[' 1:1 a', '-2 b', '+2 c']]);
  });

  it('reads a diff whose own line ends are CRLF, whatever the file has', () => {
    const crlf = modified('@@ -1,3 +1,3 @@ f', ' a\r', '', '-b', '+c', '\\ No newline at end of file').replaceAll('\n', '\r\n');
    const file = only(crlf);
    expect(file.path).toBe('src/a.ts');
    expect(file.hunks[0]?.section).toBe('f');
    expect(shown(file)).toEqual([[' 1:1 a', ' 2:2 ', '-3 b', '+3 c']]);
  });

  it.each([
    {
      name: 'a rename with a change',
      diff: [
        'diff --git a/old.ts b/new.ts',
        'similarity index 90%',
        'rename from old.ts',
        'rename to new.ts',
        'index 1..2 100644',
        '--- a/old.ts',
        '+++ b/new.ts',
        '@@ -1 +1 @@',
        '-a',
        '+b',
      ],
      is: { path: 'new.ts', oldPath: 'old.ts', status: 'renamed' },
    },
    {
      name: 'a rename of a file with spaces and no change',
      diff: ['diff --git a/an old b/a new', 'similarity index 100%', 'rename from an old', 'rename to a new'],
      is: { path: 'a new', oldPath: 'an old', status: 'renamed', missing: null },
    },
    {
      name: 'a copy',
      diff: ['diff --git a/x b/y', 'similarity index 100%', 'copy from x', 'copy to y'],
      is: { path: 'y', oldPath: 'x', status: 'copied' },
    },
    {
      name: 'a deletion',
      diff: ['diff --git a/x b/x', 'deleted file mode 100644', 'index 1234567..0000000', '--- a/x', '+++ /dev/null', '@@ -1 +0,0 @@', '-a'],
      is: { path: 'x', status: 'deleted', oldMode: '100644', newMode: null },
    },
    {
      name: 'a new file',
      diff: ['diff --git a/x b/x', 'new file mode 100755', 'index 0000000..1234567', '--- /dev/null', '+++ b/x', '@@ -0,0 +1 @@', '+a'],
      is: { path: 'x', status: 'added', oldMode: null, newMode: '100755' },
    },
    {
      name: 'a new empty file',
      diff: ['diff --git a/x y b/x y', 'new file mode 100644', 'index 0000000..e69de29'],
      is: { path: 'x y', status: 'added', hunks: [], missing: null },
    },
    {
      name: 'a change of mode',
      diff: ['diff --git a/run b/run', 'old mode 100644', 'new mode 100755'],
      is: { path: 'run', status: 'mode-changed', oldMode: '100644', newMode: '100755' },
    },
    {
      name: 'a binary file',
      diff: ['diff --git a/i b/i', 'index 1234567..89abcde 100644', 'Binary files a/i and b/i differ'],
      is: { path: 'i', kind: 'binary', status: 'modified', missing: null },
    },
    {
      name: 'a binary patch',
      diff: [
        'diff --git a/i b/i',
        'new file mode 100644',
        'index 0000000..89abcde',
        'GIT binary patch',
        'literal 3',
        'KcmZQzU|?i-01*HH',
        '',
        'literal 0',
        'HcmV?d00001',
        '',
      ],
      is: { path: 'i', kind: 'binary', status: 'added' },
    },
    {
      name: 'a submodule',
      diff: [
        'diff --git a/lib b/lib',
        'index 1234567..89abcde 160000',
        '--- a/lib',
        '+++ b/lib',
        '@@ -1 +1 @@',
        `-Subproject commit ${'1'.repeat(40)}`,
        `+Subproject commit ${'2'.repeat(40)}`,
      ],
      is: { path: 'lib', kind: 'submodule', hunks: [] },
    },
    {
      name: 'a submodule in the short log form',
      diff: ['Submodule lib 1234567..89abcde:', '  > a commit'],
      is: { path: 'lib', kind: 'submodule' },
    },
    {
      name: 'a symbolic link',
      diff: [
        'diff --git a/l b/l',
        'new file mode 120000',
        'index 0000000..89abcde',
        '--- /dev/null',
        '+++ b/l',
        '@@ -0,0 +1 @@',
        '+/etc/passwd',
        '\\ No newline at end of file',
      ],
      is: { path: 'l', kind: 'symlink', hunks: [] },
    },
    {
      name: 'a change whose lines were left out',
      diff: ['diff --git a/x b/x', 'index 1234567..89abcde 100644'],
      is: { path: 'x', missing: 'the diff does not show its lines' },
    },
    { name: 'a conflict', diff: ['* Unmerged path src/x'], is: { path: 'src/x', missing: 'it has unresolved conflicts' } },
  ])('reads $name', ({ diff, is }) => expect(only(text(...diff))).toMatchObject(is));

  it.each([
    {
      name: 'octal escapes',
      header: '"a/\\303\\244\\tb.ts" "b/\\303\\244\\tb.ts"',
      minus: '"a/\\303\\244\\tb.ts"',
      plus: '"b/\\303\\244\\tb.ts"',
      path: 'ä\tb.ts',
    },
    { name: 'raw letters outside ASCII', header: 'a/über.ts b/über.ts', minus: 'a/über.ts', plus: 'b/über.ts', path: 'über.ts' },
    { name: 'spaces', header: 'a/a b/c d.ts b/a b/c d.ts', minus: 'a/a b/c d.ts\t', plus: 'b/a b/c d.ts\t', path: 'a b/c d.ts' },
    { name: 'no prefixes', header: 'src/x.ts src/x.ts', minus: 'src/x.ts', plus: 'src/x.ts', path: 'src/x.ts' },
    { name: 'no prefixes, in a folder named b', header: 'b/x.ts b/x.ts', minus: '/dev/null', plus: 'b/x.ts', path: 'b/x.ts' },
    { name: 'prefixes before a folder named b', header: 'a/b/x.ts b/b/x.ts', minus: '/dev/null', plus: 'b/b/x.ts', path: 'b/x.ts' },
    { name: 'mnemonic prefixes', header: 'i/src/x.ts w/src/x.ts', minus: 'i/src/x.ts', plus: 'w/src/x.ts', path: 'src/x.ts' },
    { name: 'prefixes of its own', header: 'old/x.ts new/x.ts', minus: 'old/x.ts', plus: 'new/x.ts', path: 'x.ts' },
  ])('reads names with $name', ({ header, minus, plus, path }) => {
    const body =
      minus === '/dev/null'
        ? ['new file mode 100644', `--- ${minus}`, `+++ ${plus}`, '@@ -0,0 +1 @@', '+b']
        : [`--- ${minus}`, `+++ ${plus}`, '@@ -1 +1 @@', '-a', '+b'];
    expect(only(text(`diff --git ${header}`, ...body)).path).toBe(path);
  });

  it.each([
    {
      name: 'names with times',
      sides: ['old/src/x.c\t2024-01-02 03:04:05.000000000 +0100', 'new/src/x.c\t2024-01-02 03:04:05.000000000 +0100'],
      hunk: '@@ -1 +1 @@',
      is: { path: 'src/x.c', status: 'modified' },
    },
    {
      name: 'a backup beside the file',
      sides: ['x.c.orig', 'x.c'],
      hunk: '@@ -1 +1 @@',
      is: { path: 'x.c', status: 'modified', oldPath: null },
    },
    { name: 'a new file', sides: ['/dev/null', 'b/x.c'], hunk: '@@ -0,0 +1 @@', is: { path: 'x.c', status: 'added' } },
    {
      name: 'a file that is gone, by its time',
      sides: ['a/x.c\t2024-01-02 03:04:05 +0000', 'b/x.c\t1970-01-01 01:00:00.000000000 +0100'],
      hunk: '@@ -1 +0,0 @@',
      is: { path: 'x.c', status: 'deleted' },
    },
    {
      name: 'files that all carry the epoch',
      sides: ['a/x.c\t1970-01-01 00:00:01 +0000', 'b/x.c\t1970-01-01 00:00:01 +0000'],
      hunk: '@@ -1 +1 @@',
      is: { path: 'x.c', status: 'modified' },
    },
    {
      name: "Subversion's form",
      before: ['Index: x.c', '='.repeat(67)],
      sides: ['x.c\t(revision 1)', 'x.c\t(working copy)'],
      hunk: '@@ -1 +1 @@',
      is: { path: 'x.c', status: 'modified' },
    },
  ])('reads a plain diff: $name', ({ before = [], sides, hunk, is }) => {
    const lines = hunk.includes('-0,0') ? ['+b'] : hunk.includes('+0,0') ? ['-a'] : ['-a', '+b'];
    expect(only(text(...before, `--- ${sides[0]}`, `+++ ${sides[1]}`, hunk, ...lines))).toMatchObject(is);
  });

  it('tells of what `diff -r` shows no lines of', () => {
    const files = parseUnifiedDiff(
      text(
        'diff -ru a/x.c b/x.c',
        '--- a/x.c',
        '+++ b/x.c',
        '@@ -1 +1 @@',
        '-a',
        '+b',
        'Only in b/lib: y.c',
        'Binary files a/z and b/z differ',
      ),
    );
    expect(files.map((file) => [file.path, file.kind, file.missing !== null])).toEqual([
      ['x.c', 'text', false],
      ['b/lib/y.c', 'text', true],
      ['z', 'binary', false],
    ]);
  });

  it('passes over mail around the diff, also between the patches of a series', () => {
    const mail = [
      'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001',
      'From: A <a@example.org>',
      'Subject: [PATCH] x',
      '',
      '--- this is a remark',
      '---',
      ' src/a.ts | 2 +-',
      '',
    ];
    const patch = [...HEADER, '@@ -1 +1 @@', '-a', '+b', '-- ', '2.39.5', ''];
    const files = parseUnifiedDiff(text(...mail, ...patch, ...mail, ...patch));
    expect(files.map((file) => file.hunks.map((hunk) => hunk.id))).toEqual([['src/a.ts@1,1'], ['src/a.ts@1,1#2']]);
  });

  it.each([
    { name: 'an absolute path', name_: '/etc/passwd', path: 'etc/passwd' },
    { name: 'a path that climbs', name_: 'a/../../../etc/passwd', path: 'a/etc/passwd' },
  ])('keeps $name inside the repository', ({ name_, path }) => {
    expect(only(text(`--- ${name_}`, `+++ ${name_}`, '@@ -1 +1 @@', '-a', '+b')).path).toBe(path);
  });

  it.each(['', '\n', ' \r\n\t\n'])('takes %j for an empty change', (diff) => expect(parseUnifiedDiff(diff)).toEqual([]));

  it.each([
    { name: 'prose', diff: 'hello\nworld\n', message: 'is not a unified diff' },
    { name: 'UTF-16 read as UTF-8', diff: 'd\0i\0f\0f\0', message: 'is not a unified diff', hint: 'UTF-16' },
    { name: 'colours', diff: '\u001B[1mdiff --git a/x b/x\u001B[m\n', message: 'is not a unified diff', hint: '--no-color' },
    {
      name: 'a combined diff',
      diff: 'diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,2 @@@\n',
      message: 'line 1 begins a combined diff',
    },
    { name: 'a combined hunk', diff: '--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,2 @@@\n', message: 'line 3 begins a combined diff' },
    {
      name: 'a hunk that is cut',
      diff: modified('@@ -1,3 +1,3 @@', ' a', '-b'),
      message: 'ends after line 7: the hunk that starts at line 5',
    },
    { name: 'a hunk cut by the next file', diff: modified('@@ -1,3 +1,3 @@', ' a', ...HEADER), message: 'is broken at line 7' },
    { name: 'too many added lines', diff: modified('@@ -1 +1 @@', '-a', '+b', '+c'), message: 'line 8 of the diff is more than its hunk' },
    {
      name: 'too many added lines in the middle',
      diff: modified('@@ -1,2 +1,2 @@', '-a', '+b', '+c', '+d', ' e'),
      message: 'is broken at line 9',
    },
    {
      name: 'too many lines after a blank one',
      diff: modified('@@ -1 +1 @@', '-a', '+b', '', '+c'),
      message: 'line 9 of the diff is more than',
    },
    { name: 'a header without its hunks', diff: text(...HEADER), message: 'ends at line 4, before the hunks' },
    { name: 'a hunk without a file', diff: '@@ -1 +1 @@\n-a\n+b\n', message: 'the hunk at line 1 of the diff belongs to no file' },
    {
      name: 'a second hunk after rubbish',
      diff: modified('@@ -1 +1 @@', '-a', '+b', 'rubbish', '@@ -9 +9 @@', '-a', '+b'),
      message: 'the hunk at line 9 of the diff belongs to no file',
    },
    {
      name: 'a NUL in a name',
      diff: '--- "a/x\\000y"\n+++ "b/x\\000y"\n@@ -1 +1 @@\n-a\n+b\n',
      message: 'line 1 of the diff names no file',
    },
    {
      name: 'new lines in a deleted file',
      diff: 'diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
      message: 'is deleted and has new lines',
    },
  ])('refuses $name', ({ diff, message, hint }) => {
    const attempt = () => parseUnifiedDiff(diff);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
    if (hint !== undefined) expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });

  it('does not believe a header that hides text as binary, link or submodule', () => {
    for (const header of ['Binary files a/x and b/x differ', 'new mode 120000', 'new mode 160000']) {
      const file = only(text('diff --git a/x b/x', header, '--- a/x', '+++ b/x', '@@ -1 +1,2 @@', '-a', '+b', '+c'));
      expect(file).toMatchObject({ kind: 'text' });
      expect(file.hunks).toHaveLength(1);
    }
  });

  it('reads long lines and many lines in linear time', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `+line ${index}`);
    const long = `+${' '.repeat(1_000_000)}x${'\r'.repeat(1000)}y`;
    const started = performance.now();
    const file = only(modified(`@@ -0,0 +1,${many.length + 1} @@`, ...many, long));
    expect(file.hunks[0]?.lines).toHaveLength(20_001);
    expect(file.hunks[0]?.lines.at(-1)?.text).toBe(long.slice(1));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
