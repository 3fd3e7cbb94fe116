import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fitSarif } from './fit-sarif.ts';

interface Shown {
  runs: { results: { level: string; at: number }[] }[];
}

function fileOf(levels: readonly string[], runs = 1): string {
  const results = levels.map((level, at) => ({ level, at, message: { text: 'a weakness' } }));
  return JSON.stringify({ version: '2.1.0', runs: Array.from({ length: runs }, () => ({ results })) });
}

function read(packed: Buffer | null): Shown {
  return JSON.parse(gunzipSync(packed ?? Buffer.from('')).toString());
}

it('leaves a file that GitHub takes as it is', () => {
  const text = fileOf(['error', 'note']);
  const { packed, left } = fitSarif(text);
  expect(left).toBeNull();
  expect(gunzipSync(packed ?? Buffer.from('')).toString()).toBe(text);
});

it('keeps the worst 25,000 results of a run, in their order, and says how many are missing', () => {
  const levels = Array.from({ length: 30_000 }, (_, index) => (index % 3 === 0 ? 'note' : index % 3 === 1 ? 'error' : 'warning'));
  const { packed, left } = fitSarif(fileOf(levels));
  const [run] = read(packed).runs;
  const count = (level: string) => run?.results.filter((result) => result.level === level).length;
  expect([count('error'), count('warning'), count('note')]).toEqual([10_000, 10_000, 5_000]);
  expect(run?.results.map(({ at }) => at)).toEqual([...(run?.results ?? [])].map(({ at }) => at).sort((a, b) => a - b));
  expect(left).toBe('GitHub takes no more, and 5000 of 30000 results were left out, the least severe first');
});

it('keeps 20 runs', () => {
  const { packed, left } = fitSarif(
    fileOf(
      Array.from({ length: 2_000 }, () => 'note'),
      21,
    ),
  );
  expect(read(packed).runs).toHaveLength(20);
  expect(left).toMatch(/^GitHub takes no more, and 2000 of 42000 results/);
});

it('halves the results of a file that is larger than 10 MB when it is packed', () => {
  const results = Array.from({ length: 12 }, (_, at) => ({
    level: at === 11 ? 'error' : 'note',
    at,
    noise: randomBytes(1_000_000).toString('base64'),
  }));
  const { packed, left } = fitSarif(JSON.stringify({ runs: [{ results }] }));
  expect(packed?.length).toBeLessThanOrEqual(10_000_000);
  expect(read(packed).runs[0]?.results.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 11]);
  expect(left).toMatch(/6 of 12 results/);
});

it('gives up a file that one result makes too large', () => {
  const results = [{ level: 'error', noise: randomBytes(12_000_000).toString('base64') }];
  expect(fitSarif(JSON.stringify({ runs: [{ results }] }))).toEqual({
    packed: null,
    left: 'the file is larger than the 10 MB that GitHub takes',
  });
});
