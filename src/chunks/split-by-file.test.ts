import { describe, expect, it } from 'vitest';
import type { ChangedFile } from '#model/change-set.ts';
import { packChunks } from './pack-chunks.ts';
import { splitByFile } from './split-by-file.ts';

/** A new file of so many lines. */
function sourceOf(path: string, count: number) {
  const texts = Array.from({ length: count }, (_, at) => `call(value) ${at}`);
  const lines = texts.map((text, at) => ({ mark: 'added' as const, text, oldLine: null, newLine: at + 1 }));
  const file: ChangedFile = {
    ...{ path, oldPath: null, status: 'added', kind: 'text', oldMode: null, newMode: null, missing: null },
    hunks: [{ id: `${path}@0,1`, oldStart: 0, oldLines: 0, newStart: 1, newLines: count, section: '', lines }],
  };
  return { file, text: texts.join('\n'), outline: null };
}
const pack = (...sources: ReturnType<typeof sourceOf>[]) => packChunks(sources, { tokens: 1_000, mode: 'change', reach: 'near' });

describe('splitByFile', () => {
  it('gives each file of a chunk as the chunk that it would be alone', () => {
    const [a, b] = [sourceOf('a.ts', 5), sourceOf('auth/b.py', 9)];
    const [both, ...others] = pack(a, b);
    expect(others).toEqual([]);
    expect(splitByFile(both!)).toEqual([...pack(a), ...pack(b)]);
    expect(splitByFile(both!).map(({ id }) => id)).not.toContain(both!.id);
  });

  it.each([
    { name: 'one small file', count: 5 },
    { name: 'a slice of a hunk', count: 400 },
  ])('leaves a chunk of $name as it is', ({ count }) => {
    for (const chunk of pack(sourceOf('a.ts', count))) expect(splitByFile(chunk)).toEqual([chunk]);
  });
});
