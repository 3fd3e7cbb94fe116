import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileJudgements } from './file-judgements.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-judged-'));
afterAll(() => rm(folder, { recursive: true }));

const judgement = { fingerprint: 'f', kind: 'dismissed', reason: 'it is a test', cwe: null, language: null, models: ['a'] } as const;

describe('the file of judgements', () => {
  it("is its owner's alone, and says when and why", async () => {
    const path = join(folder, 'new', 'judgements.json');
    await createFileJudgements(path, () => new Date('2026-11-23T10:00:00Z')).record(judgement);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      version: 1,
      judgements: [{ ...judgement, at: '2026-11-23T10:00:00.000Z' }],
    });
  });

  it('forgets what was judged longest ago beyond ten thousand', async () => {
    const path = join(folder, 'full.json');
    const at = '2026-11-23T10:00:00.000Z';
    const judgements = Array.from({ length: 10_000 }, (_, index) => ({ ...judgement, fingerprint: `f${index}`, at }));
    await writeFile(path, JSON.stringify({ version: 1, judgements }));
    const file = createFileJudgements(path);
    await file.record({ ...judgement, fingerprint: 'new', models: ['b'] });
    expect(await file.records()).toMatchObject([
      { modelId: 'a', wrong: 9_999 },
      { modelId: 'b', wrong: 1 },
    ]);
  });

  it.each(['', '{', '[]', '{"version":2,"judgements":[]}', '{"version":1,"judgements":[{"kind":"liked"}]}'])(
    'is not written over where it holds %j',
    async (text) => {
      const path = join(folder, 'broken.json');
      await writeFile(path, text);
      const fault = { code: 'AEGIS_INPUT', message: `the file of judgements ${path} is damaged, or of another version of Aegis` };
      await expect(createFileJudgements(path).records()).rejects.toMatchObject(fault);
      await expect(createFileJudgements(path).record(judgement)).rejects.toMatchObject(fault);
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('that is a folder is told in one sentence', async () => {
    await expect(createFileJudgements(folder).records()).rejects.toMatchObject({
      message: `the judgements in ${folder} cannot be read: it is a folder`,
    });
  });
});
