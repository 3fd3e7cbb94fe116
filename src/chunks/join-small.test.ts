import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '#model/chunk.ts';
import { languageOf } from '#model/language.ts';
import { joinSmall, SHARED_TOKENS } from './join-small.ts';

/** A file's chunk of this size; `content` stands for all that is shown of it. */
const chunkOf = (path: string, tokens: number, content = '', risk = 0): Chunk => ({
  id: `${path} ${tokens} ${content}`,
  files: [{ path, language: languageOf(path), hunks: [], surroundings: [], text: null }],
  tokens,
  risk,
});
const pathsOf = (chunks: readonly Chunk[]) => chunks.map(({ files }) => files.map(({ path }) => path));
const many = (count: number, tokens: number) => Array.from({ length: count }, (_, at) => chunkOf(`src/f${at % 7}/n${at}.ts`, tokens));

describe('joinSmall', () => {
  it('puts files together in the order of their paths, with the highest risk and all the tokens', () => {
    const [joined, ...others] = joinSmall([chunkOf('b.ts', 300, '', 5), chunkOf('a.ts', 200, '', 1)], 6_000);
    expect(others).toEqual([]);
    expect(joined).toMatchObject({ tokens: 500, risk: 5, files: [{ path: 'a.ts' }, { path: 'b.ts' }] });
    expect(joined!.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another id for other content, and the same for the same in another order', () => {
    const idOf = (...chunks: Chunk[]) => joinSmall(chunks, 6_000)[0]!.id;
    const [a, b] = [chunkOf('a.ts', 200), chunkOf('b.ts', 300)];
    expect(idOf(a, b)).toBe(idOf(b, a));
    expect(idOf(a, chunkOf('b.ts', 300, 'edited'))).not.toBe(idOf(a, b));
    expect(idOf(a)).toBe(a.id);
  });

  it.each([
    { name: 'what files share', tokens: 6_000, most: SHARED_TOKENS },
    { name: 'the budget, where that is less', tokens: 700, most: 700 },
  ])('never exceeds $name', ({ tokens, most }) => {
    const joined = joinSmall(many(60, 160), tokens);
    expect(Math.max(...joined.map((chunk) => chunk.tokens))).toBeLessThanOrEqual(most);
    expect(joined.reduce((sum, chunk) => sum + chunk.tokens, 0)).toBe(60 * 160);
    // Halves of what is too large are at least somewhat full.
    expect(joined.length).toBeLessThanOrEqual((60 * 160) / (most * 0.5));
  });

  it('leaves a large file alone', () => {
    expect(pathsOf(joinSmall([chunkOf('a.ts', SHARED_TOKENS + 1), chunkOf('b.ts', 10), chunkOf('c.ts', 10)], 6_000))).toEqual([
      ['a.ts'],
      ['b.ts', 'c.ts'],
    ]);
  });

  it('parts languages before it parts files of one', () => {
    const chunks = ['src/a/x.ts', 'src/b/y.py', 'src/b/x.ts', 'src/a/y.py'].map((path) => chunkOf(path, SHARED_TOKENS * 0.45));
    expect(pathsOf(joinSmall(chunks, 6_000)).sort()).toEqual([
      ['src/a/x.ts', 'src/b/x.ts'],
      ['src/a/y.py', 'src/b/y.py'],
    ]);
  });

  it.each([
    { name: 'leaves room for what a prompt says of each further language', paths: ['a.py', 'b.ts', 'c.go'], together: false },
    { name: 'needs no such room for one language', paths: ['a.ts', 'b.ts', 'c.ts'], together: true },
  ])('$name', ({ paths, together }) => {
    const joined = joinSmall(
      paths.map((path) => chunkOf(path, SHARED_TOKENS / 3)),
      6_000,
    );
    expect(joined.length === 1).toBe(together);
  });

  it('shows a path that the change has twice in no chunk twice', () => {
    const twice = [chunkOf('a.ts', 10, 'first'), chunkOf('a.ts', 10, 'second'), chunkOf('b.ts', 10), chunkOf('c.ts', 10)];
    expect(pathsOf(joinSmall(twice, 6_000)).sort()).toEqual([['a.ts'], ['a.ts'], ['b.ts', 'c.ts']]);
  });

  it('ends whatever the paths are', () => {
    const paths = ['', '/', '//', 'a', 'a/', 'a/b', 'a/b/c', 'a/b/c/d/e/f/g/h', 'a/b/c/d/e/f/g/i', 'x'.repeat(5_000)];
    const joined = joinSmall(
      paths.map((path) => chunkOf(path, 1_000)),
      6_000,
    );
    expect(pathsOf(joined).flat().sort()).toEqual([...paths].sort());
  });
});

describe('what happens to one file of a change', () => {
  const path = fc
    .tuple(fc.constantFrom('src', 'src/api', 'lib', 'test/x', ''), fc.nat(400), fc.constantFrom('ts', 'py', 'yml'))
    .map(([folder, name, end]) => `${folder === '' ? '' : `${folder}/`}n${name}.${end}`);
  const size = fc.integer({ min: 60, max: 3_000 });
  const files = fc.uniqueArray(fc.tuple(path, size), { selector: ([one]) => one, minLength: 1, maxLength: 60 });
  const joinAll = (all: ReadonlyMap<string, number>, tokens: number) =>
    joinSmall(
      [...all].map(([one, count]) => chunkOf(one, count)),
      tokens,
    );

  it('is an edit, its end or its beginning: the files that must be sent again beside it fit one chunk', () => {
    fc.assert(
      fc.property(files, fc.nat(), fc.option(size, { nil: null }), fc.constantFrom(1_000, 6_000), (list, pick, becomes, tokens) => {
        const before = new Map(list);
        const [edited] = list[pick % list.length]!;
        const after = new Map(before);
        if (becomes === null) after.delete(edited);
        else after.set(edited, becomes);
        for (const [then, now] of [
          [before, after],
          [after, before],
        ] as const) {
          const known = new Set(joinAll(then, tokens).map(({ id }) => id));
          const anew = joinAll(now, tokens).filter(({ id }) => !known.has(id));
          const beside = anew.flatMap((chunk) => chunk.files).filter((file) => file.path !== edited);
          const sum = beside.reduce((total, file) => total + now.get(file.path)!, 0);
          expect(sum).toBeLessThanOrEqual(Math.min(SHARED_TOKENS, tokens));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('seldom touches another chunk than its own, when it is a small edit', () => {
    let [edits, touched] = [0, 0];
    fc.assert(
      fc.property(files, fc.nat(), fc.integer({ min: -40, max: 80 }), (list, pick, more) => {
        const before = new Map(list);
        const [edited, count] = list[pick % list.length]!;
        const known = new Set(joinAll(before, 6_000).map(({ id }) => id));
        const after = new Map(before).set(edited, Math.max(60, count + more));
        edits += after.get(edited) === count ? 0 : 1;
        touched += joinAll(after, 6_000).filter(({ id }) => !known.has(id)).length;
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(touched / edits).toBeLessThan(1.15);
  });
});
