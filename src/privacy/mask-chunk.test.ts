import { describe, expect, it } from 'vitest';
import type { Chunk } from '#model/chunk.ts';
import { makeChunk } from '../../test/fixtures/panel.ts';
import { openMasks } from './open-masks.ts';

/** A chunk of one file whose hunk has these lines. */
function chunkOf(texts: readonly string[], over: { whole?: boolean; text?: string } = {}): Chunk {
  const chunk = makeChunk('one', 'src/app.js', 1, texts.length);
  const files = chunk.files.map((file) => ({
    ...file,
    text: over.text ?? null,
    hunks: file.hunks.map((hunk) => ({
      ...hunk,
      whole: over.whole ?? true,
      lines: hunk.lines.map((line, at) => ({ ...line, text: texts[at] ?? '' })),
    })),
  }));
  return { ...chunk, files };
}

const shown = ({ files }: Chunk) => files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines.map(({ text }) => text)));
const masksOf = (...chunks: Chunk[]) => openMasks(chunks, { maskSecrets: true })();
const LONG = `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`;

describe('openMasks', () => {
  it('gives back what holds no secret as it is', async () => {
    const chunk = chunkOf(['const a = 1;', 'const title = "***";']);
    expect((await masksOf(chunk)).chunk(chunk)).toBe(chunk);
  });

  it('a secret that is known from one place is masked in all', async () => {
    const [first, second] = [
      chunkOf(['const dbPassword = "Tr0ub4dor&3x";']),
      chunkOf(['login("app", "Tr0ub4dor&3x"); // not Tr0ub4dor&3xy']),
    ];
    const masks = await masksOf(first, second);
    expect(shown(masks.chunk(second))).toEqual(['login("app", "***masked***"); // not Tr0ub4dor&3xy']);
    expect(masks.chunk(second)).toMatchObject({ id: 'one' });
    expect(masks.chunk(second)).toBe(masks.chunk(second));
  });

  it('masks the text of the whole file, too, which some models are given', async () => {
    const chunk = chunkOf(['use(key);'], { text: `const key = "${LONG}";\nuse(key);` });
    expect((await masksOf(chunk)).chunk(chunk).files[0]?.text).toBe('const key = "***masked***";\nuse(key);');
  });

  it('masks the part of a secret at the end of a piece of a long line', async () => {
    const chunk = chunkOf([`a("${LONG.slice(0, 20)}`, `${LONG.slice(12)}")`], { whole: false, text: `a("${LONG}")` });
    expect(shown((await masksOf(chunk)).chunk(chunk))).toEqual(['a("***masked***', '***masked***")']);
  });

  it('masks what is looked up elsewhere in the repository', async () => {
    const definition = { symbol: 'key', path: 'config.js', startLine: 1, text: 'const apiKey = "9f8e7d6c5b4a";\n' };
    expect((await (await masksOf()).definition(definition)).text).toBe('const apiKey = "***masked***";\n');
  });
});
