import { eq, inArray, sql } from 'drizzle-orm';
import { type AnswerCache, cachedReplySchema } from '#ports/answer-cache.ts';
import type { Reply } from '#ports/provider.ts';
import type { Db } from './database.ts';
import { encodeJson } from './json-text.ts';
import { answerCache } from './model-schema.ts';

/** Any number will do that no other program in the same database uses for its advisory lock. */
const CACHE_LOCK = 4_151_521;

/** What a row takes beside its answer: its key in row and index, its header. An estimate. */
const ROW_BYTES = 250;

/** Two uses in one transaction's time are told apart. */
const thisMoment = sql`clock_timestamp()`;

/** Adding up all rows takes time: it is done when this share of the bound was written since. */
const SHARE_UNCHECKED = 0.01;

/** What is dropped is dropped in one go, down to this share of the bound. */
const SHARE_KEPT = 0.9;

/**
 * Answers in the database, shared by all processes. `maxBytes` bounds all of them together; each process that writes may
 * exceed it by a hundredth.
 */
export function createDatabaseAnswerCache(db: Db, { maxBytes }: { readonly maxBytes: number }): AnswerCache {
  let unchecked = Number.POSITIVE_INFINITY;
  return {
    async get(key) {
      try {
        const [row] = await db.update(answerCache).set({ usedAt: thisMoment }).where(eq(answerCache.key, key)).returning();
        return row === undefined ? null : (cachedReplySchema.safeParse(row.reply).data ?? null);
      } catch {
        return null;
      }
    },
    async set(key, reply) {
      try {
        const bytes = Buffer.byteLength(encodeJson(reply)) + ROW_BYTES;
        if (bytes > maxBytes) {
          await db.delete(answerCache).where(eq(answerCache.key, key));
          return;
        }
        await store(db, key, reply, bytes);
        unchecked += bytes;
        if (unchecked < maxBytes * SHARE_UNCHECKED) return;
        unchecked = 0;
        if ((await countBytes(db)) > maxBytes) await dropOldest(db, maxBytes * SHARE_KEPT);
      } catch {
        // The next call of the same kind is made again.
      }
    },
  };
}

async function store(db: Db, key: string, reply: Reply, bytes: number): Promise<void> {
  await db
    .insert(answerCache)
    .values({ key, reply, bytes, usedAt: thisMoment })
    .onConflictDoUpdate({ target: answerCache.key, set: { reply, bytes, usedAt: thisMoment } });
}

async function countBytes(db: Db): Promise<number> {
  const [total] = await db.select({ bytes: sql<string>`coalesce(sum(${answerCache.bytes}), 0)` }).from(answerCache);
  return Number(total?.bytes ?? 0);
}

/** Of several processes one at a time drops; the next then finds that there is nothing left to do. */
async function dropOldest(db: Db, bytes: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${CACHE_LOCK})`);
    const ranked = tx
      .select({
        key: answerCache.key,
        upToHere: sql<string>`sum(${answerCache.bytes}) over (order by ${answerCache.usedAt} desc, ${answerCache.key})`.as('up_to_here'),
      })
      .from(answerCache)
      .as('ranked');
    const tooMany = tx.select({ key: ranked.key }).from(ranked).where(sql`${ranked.upToHere} > ${bytes}::double precision`);
    await tx.delete(answerCache).where(inArray(answerCache.key, tooMany));
  });
}
