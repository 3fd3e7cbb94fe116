import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { makeFolder } from '#lib/make-folder.ts';
import type { LearnedQuirk, QuirkMemory } from '#ports/provider.ts';

/** What is learned longest ago is forgotten first beyond so many models. */
const MOST_MODELS = 500;

const quirkSchema: z.ZodType<LearnedQuirk> = z.strictObject({
  id: z.string().max(100),
  value: z.union([z.number(), z.string().max(1_000)]).nullable(),
});
/** Pairs, so that the order of learning lasts whatever the keys are. */
const memorySchema = z.strictObject({ version: z.literal(1), models: z.array(z.tuple([z.string(), z.array(quirkSchema)])) });

type Learned = ReadonlyMap<string, readonly LearnedQuirk[]>;

/**
 * What was learned about models, in one file. It is replaced as a whole, so that no process reads half of it; of two
 * processes that learn at the same moment one may lose what it learned, and learns it again.
 */
export function createFileQuirks(path: string): QuirkMemory {
  const inTurn = pLimit(1);
  const learn = async (key: string, quirks: readonly LearnedQuirk[]): Promise<void> => {
    const learned = new Map(await read(path));
    learned.delete(key);
    learned.set(key, quirks);
    await write(path, new Map([...learned].slice(-MOST_MODELS)));
  };
  return {
    recall: async (key) => (await read(path)).get(key) ?? [],
    learn: (key, quirks) => inTurn(() => learn(key, quirks)).catch(() => undefined),
  };
}

/** What was learned by this process. */
export function createMemoryQuirks(): QuirkMemory {
  const learned = new Map<string, readonly LearnedQuirk[]>();
  return {
    recall: async (key) => learned.get(key) ?? [],
    async learn(key, quirks) {
      learned.set(key, [...quirks]);
    },
  };
}

/** Nothing where there is no file, or none that can be read. */
async function read(path: string): Promise<Learned> {
  try {
    return new Map(memorySchema.parse(JSON.parse(await readFile(path, 'utf8'))).models);
  } catch {
    return new Map();
  }
}

async function write(path: string, learned: Learned): Promise<void> {
  const scratch = `${path}.${randomUUID()}.tmp`;
  await makeFolder(dirname(path));
  try {
    await writeFile(scratch, JSON.stringify({ version: 1, models: [...learned] }), { mode: 0o600 });
    await rename(scratch, path);
  } finally {
    await rm(scratch, { force: true });
  }
}
