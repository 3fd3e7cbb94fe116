import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { Reply } from '#ports/provider.ts';
import { examineAnswerCache } from '../../../../test/contract/answer-cache.ts';
import { createFileAnswerCache } from './file-answer-cache.ts';
import { layerAnswerCaches } from './layered-answer-cache.ts';
import { createMemoryAnswerCache } from './memory-answer-cache.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aegis-answers-'));
  folders.push(folder);
  return folder;
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const fileOf = (folder: string, key: string) => join(folder, key.slice(0, 2), `${key.slice(2)}.json`);
const damagesOf = (folder: string) => [
  { name: 'emptied', damage: (key: string) => writeFile(fileOf(folder, key), '') },
  {
    name: 'cut',
    damage: async (key: string) => writeFile(fileOf(folder, key), (await readFile(fileOf(folder, key), 'utf8')).slice(0, 20)),
  },
  { name: 'of another form', damage: (key: string) => writeFile(fileOf(folder, key), '{"text":1,"finish":"complete"}') },
  {
    name: 'with a field more',
    damage: (key: string) =>
      writeFile(fileOf(folder, key), '{"text":"","finish":"complete","reason":null,"tokensIn":1,"tokensOut":1,"x":1}'),
  },
  { name: 'not text', damage: (key: string) => writeFile(fileOf(folder, key), Buffer.from([0xff, 0xfe, 0, 1])) },
  { name: 'gone', damage: (key: string) => rm(fileOf(folder, key)) },
];

examineAnswerCache('answers in memory', async () => ({
  open: (maxBytes) => createMemoryAnswerCache({ maxBytes }),
  damages: [],
  lasts: false,
  close: async () => undefined,
}));

examineAnswerCache('answers in files', async () => {
  const folder = await newFolder();
  return {
    open: (maxBytes) => createFileAnswerCache(folder, { maxBytes }),
    damages: damagesOf(folder),
    lasts: true,
    close: async () => undefined,
  };
});

examineAnswerCache('answers in memory in front of files', async () => {
  const folder = await newFolder();
  return {
    open: (maxBytes) => layerAnswerCaches(createMemoryAnswerCache({ maxBytes }), createFileAnswerCache(folder, { maxBytes })),
    damages: damagesOf(folder),
    lasts: true,
    close: async () => undefined,
  };
});

const MB = 1024 * 1024;
const keyOf = (name: string) => createHash('sha256').update(name).digest('hex');
const reply = (text: string): Reply => ({ text, finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 });
const filesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

describe('answers in files', () => {
  it('can be read by their owner alone', async () => {
    const folder = await newFolder();
    await createFileAnswerCache(folder, { maxBytes: MB }).set(keyOf('a'), reply('private code'));
    expect((await stat(fileOf(folder, keyOf('a')))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, keyOf('a').slice(0, 2)))).mode & 0o077).toBe(0);
  });

  it('leave nothing beside them', async () => {
    const folder = await newFolder();
    const cache = createFileAnswerCache(folder, { maxBytes: MB });
    await Promise.all(Array.from({ length: 30 }, (_, index) => cache.set(keyOf(`${index % 3}`), reply(`${index}`))));
    expect((await filesIn(folder)).filter((name) => !name.endsWith('.json'))).toEqual([]);
    expect(await filesIn(folder)).toHaveLength(3);
  });

  it('have what a process left half written cleared away, but not what one writes now', async () => {
    const folder = await newFolder();
    await createFileAnswerCache(folder, { maxBytes: MB }).set(keyOf('a'), reply('a'));
    const shard = join(folder, keyOf('a').slice(0, 2));
    await writeFile(join(shard, 'old.tmp'), 'half');
    await writeFile(join(shard, 'new.tmp'), 'half');
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(shard, 'old.tmp'), longAgo, longAgo);
    await createFileAnswerCache(folder, { maxBytes: MB }).set(keyOf('b'), reply('b'));
    expect(await readdir(shard)).toEqual(expect.arrayContaining(['new.tmp']));
    expect(await readdir(shard)).not.toContain('old.tmp');
  });

  it('are lost without a word where there is no folder to be had', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');
    const cache = createFileAnswerCache(join(folder, 'file', 'answers'), { maxBytes: MB });
    await cache.set(keyOf('a'), reply('a'));
    expect(await cache.get(keyOf('a'))).toBeNull();
  });

  it('stay whole and within their bound with two writers in one folder', async () => {
    const folder = await newFolder();
    const caches = [createFileAnswerCache(folder, { maxBytes: 20_000 }), createFileAnswerCache(folder, { maxBytes: 20_000 })];
    for (let round = 0; round < 20; round += 1)
      await Promise.all(caches.map((cache, writer) => cache.set(keyOf(`${round} ${writer}`), reply('x'.repeat(1_000)))));
    // What the other writer added shows at the next look: each may be off by what the other wrote since.
    await createFileAnswerCache(folder, { maxBytes: 20_000 }).set(keyOf('last'), reply('last'));
    const texts = await Promise.all(
      (await readdir(folder, { recursive: true }))
        .filter((name) => name.endsWith('.json'))
        .map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(texts.join('').length).toBeLessThanOrEqual(20_000);
    for (const text of texts) expect(JSON.parse(text)).toMatchObject({ finish: 'complete' });
  });
});

describe('a cache in front of another', () => {
  const counting = (cache: AnswerCache) => {
    const counts = { get: 0, set: 0 };
    return {
      counts,
      get: (key: string) => {
        counts.get += 1;
        return cache.get(key);
      },
      set: (key: string, given: Reply) => {
        counts.set += 1;
        return cache.set(key, given);
      },
    };
  };

  it('is asked first, and is given what was found behind', async () => {
    const front = counting(createMemoryAnswerCache({ maxBytes: MB }));
    const behind = counting(createMemoryAnswerCache({ maxBytes: MB }));
    await behind.set(keyOf('a'), reply('a'));
    const cache = layerAnswerCaches(front, behind);
    expect([await cache.get(keyOf('a')), await cache.get(keyOf('a'))]).toEqual([reply('a'), reply('a')]);
    expect(behind.counts.get).toBe(1);
    expect(front.counts).toEqual({ get: 2, set: 1 });
  });

  it('keeps in both', async () => {
    const [front, behind] = [createMemoryAnswerCache({ maxBytes: MB }), createMemoryAnswerCache({ maxBytes: MB })];
    await layerAnswerCaches(front, behind).set(keyOf('a'), reply('a'));
    expect([await front.get(keyOf('a')), await behind.get(keyOf('a'))]).toEqual([reply('a'), reply('a')]);
  });
});
