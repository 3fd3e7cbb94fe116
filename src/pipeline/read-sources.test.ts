import { describe, expect, it } from 'vitest';
import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import { readSources } from './read-sources.ts';

const DIFF = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -1,3 +1,3 @@
 one
-two
+TWO
 three
`;
const files = parseUnifiedDiff(DIFF);
const outline = { symbols: [], importLines: [1] };

function read(text: string | null, over: { mode?: 'change' | 'files'; signal?: AbortSignal; files?: typeof files } = {}) {
  const prefetched: string[][] = [];
  const sources = readSources(over.files ?? files, over.mode ?? 'change', {
    reader: { read: async () => text, prefetch: async (paths) => void prefetched.push([...paths]) },
    outline: () => outline,
    signal: over.signal ?? new AbortController().signal,
  });
  return { sources, prefetched };
}

describe('readSources', () => {
  it.each([
    { name: 'a text that agrees is known', text: 'one\nTWO\nthree\nfour\n', known: true },
    { name: 'line ends of Windows agree', text: 'one\r\nTWO\r\nthree\r\n', known: true },
    { name: 'a file without a last line end agrees', text: 'one\nTWO\nthree', known: true },
    { name: 'the old side contradicts the hunks', text: 'one\ntwo\nthree\n', known: false },
    { name: 'a file that moved on contradicts them', text: 'zero\none\nTWO\nthree\n', known: false },
    { name: 'a file that is too short contradicts them', text: 'one\nTWO', known: false },
    { name: 'an empty file contradicts them', text: '', known: false },
    { name: 'another context contradicts them', text: 'one\nTWO\n3\n', known: false },
    { name: 'a file that cannot be read is not known', text: null, known: false },
  ])('$name', async ({ text, known }) => {
    const [source] = await read(text).sources;
    expect(source).toMatchObject(known ? { text, outline } : { text: null, outline: null });
  });

  it('announces all files before it reads the first', async () => {
    const { sources, prefetched } = read(null);
    await sources;
    expect(prefetched).toEqual([['a.js']]);
  });

  it('whole files are their own text: nothing is read again', async () => {
    const whole = parseUnifiedDiff(
      'diff --git a/b.js b/b.js\nnew file mode 100644\n--- /dev/null\n+++ b/b.js\n@@ -0,0 +1,2 @@\n+let a;\n+let b;\n',
    );
    const { sources, prefetched } = read('something else', { mode: 'files', files: whole });
    expect(await sources).toMatchObject([{ text: 'let a;\nlet b;' }]);
    expect(prefetched).toEqual([]);
  });

  it.each([{ many: files }, { many: [] }])('throws the reason when it was cancelled, with $many.length files', async ({ many }) => {
    await expect(read(null, { signal: AbortSignal.abort(new Error('enough')), files: many }).sources).rejects.toThrow('enough');
  });

  it('a cancellation while the last file is read is heard', async () => {
    const cancel = new AbortController();
    const reading = readSources(files, 'change', {
      reader: {
        prefetch: async () => {},
        read: async () => {
          cancel.abort(new Error('enough'));
          return null;
        },
      },
      outline: () => null,
      signal: cancel.signal,
    });
    await expect(reading).rejects.toThrow('enough');
  });
});
