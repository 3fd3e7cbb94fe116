import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '#lib/make-folder.ts';
import { type AnswerCache, cachedReplySchema } from '#ports/answer-cache.ts';
import type { Reply } from '#ports/provider.ts';
import { pruneFolder } from './prune-folder.ts';

/** Keys are made by `answerKey`; anything else must not become a path. */
const KEY = /^[0-9a-f]{64}$/;

/**
 * Answers that outlast the process: one file each, in folders by the first two letters of the key, readable by their
 * owner alone. Any number of processes may share the folder: a file appears as a whole or not at all, and the time of
 * its last use is its time of change. What cannot be read or written is lost silently.
 */
export function createFileAnswerCache(folder: string, { maxBytes }: { readonly maxBytes: number }): AnswerCache {
  const pathOf = (key: string) => join(folder, key.slice(0, 2), `${key.slice(2)}.json`);
  const keepBounded = createBound(folder, maxBytes);
  const markUse = createUseMarker();

  const store = async (key: string, reply: Reply): Promise<void> => {
    const path = pathOf(key);
    const text = JSON.stringify(reply);
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes) return await rm(path, { force: true });
    const scratch = join(dirname(path), `${randomUUID()}.tmp`);
    await makeFolder(dirname(path));
    try {
      await writeFile(scratch, text, { mode: 0o600 });
      await markUse(scratch);
      await rename(scratch, path);
    } finally {
      await rm(scratch, { force: true });
    }
    await keepBounded(bytes);
  };

  return {
    async get(key) {
      if (!KEY.test(key)) return null;
      const path = pathOf(key);
      try {
        const reply = cachedReplySchema.parse(JSON.parse(await readFile(path, 'utf8')));
        await markUse(path).catch(() => undefined);
        return reply;
      } catch {
        return null;
      }
    },
    async set(key, reply) {
      if (KEY.test(key)) await store(key, reply).catch(() => undefined);
    },
  };
}

/**
 * Marks a file as used now. The system's own stamps lag behind its clock by some milliseconds, so none is taken from
 * there; of two uses within one millisecond the later is later all the same.
 */
function createUseMarker(): (path: string) => Promise<void> {
  let last = 0;
  return async (path) => {
    last = Math.max(Date.now(), last + 0.001);
    await utimes(path, last / 1000, last / 1000);
  };
}

/**
 * Told of every file that is added; looks through the folder where it may have become too large, one look at a time.
 * What other processes add meanwhile shows at the next look.
 */
function createBound(folder: string, maxBytes: number): (added: number) => Promise<void> {
  let size: Promise<number> | null = null;
  return async (added) => {
    const before = size;
    const next =
      before === null
        ? pruneFolder(folder, maxBytes)
        : before.then((bytes) => (bytes + added > maxBytes ? pruneFolder(folder, maxBytes) : bytes + added));
    size = next;
    await next;
  };
}
