import { describe, expect, it } from 'vitest';
import type { ChangedFile, DiffLine, Hunk } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import { headingTokens } from './count-shown.ts';
import type { PackSource } from './cut-file.ts';
import { packChunks } from './pack-chunks.ts';

const line = (number: number, text: string): DiffLine => ({ mark: 'added', text, oldLine: null, newLine: number });
const hunkOf = (path: string, start: number, lines: readonly DiffLine[]): Hunk => ({
  id: `${path}@${start},${start}`,
  oldStart: start,
  oldLines: 0,
  newStart: start,
  newLines: lines.length,
  section: '',
  lines,
});
const lines = (start: number, count: number, text = 'call(value)') =>
  Array.from({ length: count }, (_, at) => line(start + at, `${text} ${start + at}`));
const fileOf = (path: string, ...hunks: Hunk[]): ChangedFile => ({
  path,
  oldPath: null,
  status: 'modified',
  kind: 'text',
  oldMode: null,
  newMode: null,
  hunks,
  missing: null,
});
const bare = (file: ChangedFile): PackSource => ({ file, text: null, outline: null });
const pack = (sources: readonly PackSource[], tokens = 1000, mode: 'change' | 'files' = 'change') =>
  packChunks(sources, { tokens, mode, reach: 'near' });
const hunksOf = (chunk: Chunk) => chunk.files[0]!.hunks;

describe('packChunks', () => {
  it('with reach `file` shows the rest of the file as far as it fits, nearest first', () => {
    const text = Array.from({ length: 80 }, (_, at) => `call(value) ${at + 1}`).join('\n');
    const file = fileOf('a.js', hunkOf('a.js', 20, lines(20, 2)));
    const shown = (tokens: number) =>
      packChunks([{ file, text, outline: null }], { tokens, mode: 'change', reach: 'file' })[0]!.files[0]!.surroundings.map(
        (one) => one.line,
      );
    expect(shown(10_000)).toHaveLength(78);
    expect(shown(400).length).toBeLessThan(78);
    expect(shown(400)).toContain(19);
  });

  it('puts hunks of one file together while they fit, and never cuts one that does', () => {
    const file = fileOf('a.ts', hunkOf('a.ts', 1, lines(1, 5)), hunkOf('a.ts', 50, lines(50, 5)), hunkOf('a.ts', 100, lines(100, 70)));
    const chunks = pack([bare(file)]);
    expect(chunks.map((chunk) => hunksOf(chunk).map((hunk) => [hunk.hunkId, hunk.whole, hunk.lines.length])).sort()).toEqual(
      [
        [
          ['a.ts@1,1', true, 5],
          ['a.ts@50,50', true, 5],
        ],
        [['a.ts@100,100', true, 70]],
      ].sort(),
    );
    for (const chunk of chunks) expect(chunk.tokens).toBeLessThanOrEqual(1000);
  });

  it('cuts a hunk that does not fit into overlapping slices that show every line', () => {
    const file = fileOf('a.ts', hunkOf('a.ts', 1, lines(1, 500)));
    const chunks = pack([bare(file)]);
    expect(chunks.length).toBeGreaterThan(3);
    const slices = chunks.flatMap(hunksOf);
    expect(slices.every((slice) => !slice.whole)).toBe(true);
    expect(new Set(slices.flatMap((slice) => slice.lines.map((one) => one.newLine)))).toEqual(
      new Set(lines(1, 500).map((one) => one.newLine)),
    );
    const inOrder = slices.map((slice) => [slice.lines[0]!.newLine!, slice.lines.at(-1)!.newLine!]).sort(([x], [y]) => x! - y!);
    for (const [at, [start]] of inOrder.entries()) if (at > 0) expect(start).toBeLessThanOrEqual(inOrder[at - 1]![1]!);
    for (const chunk of chunks) expect(chunk.tokens).toBeLessThanOrEqual(1000);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(chunks.length);
  });

  it.each([
    { name: 'of ASCII', text: 'x'.repeat(50_000) },
    { name: 'of other letters', text: '漢'.repeat(5_000) },
  ])('shows a line $name that alone is too long in pieces, each of which fits', ({ text }) => {
    const file = fileOf('a.py', hunkOf('a.py', 1, [line(1, 'a = 1'), line(2, text), line(3, 'b = 2')]));
    const chunks = pack([bare(file)]);
    const slices = chunks.flatMap(hunksOf);
    expect(new Set(slices.flatMap((slice) => slice.lines.map((one) => one.newLine)))).toEqual(new Set([1, 2, 3]));
    const pieces = slices.flatMap((slice) => slice.lines.filter((one) => one.newLine === 2));
    expect(pieces.reduce((sum, piece) => sum + piece.text.length, 0)).toBeGreaterThanOrEqual(text.length);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(chunks.length);
    for (const chunk of chunks) expect(chunk.tokens).toBeLessThanOrEqual(1000);
  });

  it('takes 800 lines a chunk of whole files', () => {
    const chunks = pack([bare(fileOf('a.py', hunkOf('a.py', 1, lines(1, 1700, ''))))], 1_000_000, 'files');
    expect(chunks.map((chunk) => hunksOf(chunk)[0]!.lines.length).sort()).toEqual([140, 800, 800].sort());
    const small = pack([bare(fileOf('a.py', hunkOf('a.py', 1, lines(1, 800))))], 1_000_000, 'files');
    expect(small.map((chunk) => hunksOf(chunk)[0]!.whole)).toEqual([true]);
  });

  it('puts small files together, and none to a file that makes several chunks', () => {
    const small = ['a.ts', 'c.ts'].map((path) => bare(fileOf(path, hunkOf(path, 1, lines(1, 5)))));
    const cut = bare(fileOf('b.ts', hunkOf('b.ts', 1, lines(1, 500))));
    const several = bare(fileOf('d.ts', hunkOf('d.ts', 1, lines(1, 60)), hunkOf('d.ts', 100, lines(100, 60))));
    const paths = pack([...small, cut, several]).map((chunk) => chunk.files.map(({ path }) => path));
    expect(paths.filter((one) => one.length > 1)).toEqual([['a.ts', 'c.ts']]);
    expect(paths.filter((one) => one[0] === 'd.ts')).toHaveLength(2);
  });

  it('puts no more lines of whole files together than one of them may have', () => {
    const sources = Array.from({ length: 40 }, (_, at) => `f${at}.py`).map((path) => bare(fileOf(path, hunkOf(path, 1, lines(1, 50, '')))));
    const chunks = pack(sources, 1_000_000, 'files');
    expect(chunks.length).toBeLessThan(40);
    for (const chunk of chunks) {
      const shown = chunk.files.flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines));
      expect(shown.length).toBeLessThanOrEqual(800);
    }
  });

  it('looks at the riskiest first, in whatever order the files come', () => {
    // Each of them is more than half of what files share a chunk with.
    const plain = ['docs/site.css', 'test/login.test.ts', 'src/colours.ts', 'src/shapes.ts'].map((path) =>
      bare(fileOf(path, hunkOf(path, 1, lines(1, 60, 'const a = 1')))),
    );
    const query = [...lines(1, 60, 'const a = 1'), line(61, 'db.query("select " + request.body.name)')];
    const risky = bare(fileOf('src/auth/login.ts', hunkOf('src/auth/login.ts', 1, query)));
    const order = pack([...plain, risky]).map((chunk) => chunk.files[0]!.path);
    expect(order).toEqual(['src/auth/login.ts', 'src/colours.ts', 'src/shapes.ts', 'test/login.test.ts', 'docs/site.css']);
    expect(pack([risky, ...plain.toReversed()]).map((chunk) => chunk.files[0]!.path)).toEqual(order);
  });

  it('has the same id for the same chunk, and another for any other line', () => {
    const idOf = (text: string) => pack([bare(fileOf('a.ts', hunkOf('a.ts', 1, [line(1, text)])))])[0]!.id;
    expect(idOf('a')).toBe(idOf('a'));
    expect(idOf('a')).not.toBe(idOf('b'));
    expect(idOf('a')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('surroundings', () => {
  const text = [
    'import x',
    '',
    'class C {',
    '  // c2',
    '  // c3',
    '  // c4',
    '  m() {',
    '    one()',
    '    two()',
    '    three()',
    '    four()',
    '  }',
    '}',
    'tail()',
  ].join('\r\n');
  const outline = {
    symbols: [
      { name: 'C', startLine: 3, endLine: 13 },
      { name: 'm', startLine: 7, endLine: 12 },
    ],
    importLines: [1],
  };
  const source = (number: number, other?: number): PackSource => {
    const hunks = [number, ...(other === undefined ? [] : [other])].map((at) =>
      hunkOf('a.ts', at, [line(at, text.split('\r\n')[at - 1]!)]),
    );
    return { file: fileOf('a.ts', ...hunks), text, outline };
  };
  const around = (one: PackSource, tokens = 1000) => pack([one], tokens)[0]!.files[0]!.surroundings.map((each) => each.line);

  it('shows imports, the head of the class and the rest of the function, without the hunk', () => {
    expect(around(source(9))).toEqual([1, 3, 4, 5, 7, 8, 10, 11, 12]);
  });
  it('leaves out what the change adds elsewhere, and carriage returns', () => {
    expect(around(source(9, 11))).toEqual([1, 3, 4, 5, 7, 8, 10, 12]);
    expect(pack([source(9)])[0]!.files[0]!.surroundings[0]).toEqual({ line: 1, text: 'import x' });
  });
  it('shows near lines where there is no outline, and nothing where there is no text', () => {
    expect(around({ ...source(14), outline: null })).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(around({ ...source(9), text: null })).toEqual([]);
  });
  it('stays within the budget', () => {
    const big = Array.from({ length: 500 }, (_, at) => `call_number(${at})`).join('\n');
    const file = fileOf('a.ts', hunkOf('a.ts', 250, [line(250, 'call_number(249)')]));
    const [chunk] = pack([{ file, text: big, outline: { symbols: [{ name: 'f', startLine: 200, endLine: 270 }], importLines: [] } }], 500);
    expect(chunk!.files[0]!.surroundings.length).toBeGreaterThan(5);
    expect(chunk!.tokens).toBeLessThanOrEqual(500 * 0.3 + headingTokens('a.ts') + 20);
  });
});
