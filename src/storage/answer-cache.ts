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

/** Answers in the database, shared by all processes. `maxBytes` bounds all of them together. */
export function createDatabaseAnswerCache(db: Db, { maxBytes }: { readonly maxBytes: number }): AnswerCache {
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
        await store(db, key, reply, maxBytes);
      } catch {
        // The next call of the same kind is made again.
      }
    },
  };
}

async function store(db: Db, key: string, reply: Reply, maxBytes: number): Promise<void> {
  const bytes = Buffer.byteLength(encodeJson(reply)) + ROW_BYTES;
  if (bytes > maxBytes) {
    await db.delete(answerCache).where(eq(answerCache.key, key));
    return;
  }
  await db
    .insert(answerCache)
    .values({ key, reply, bytes, usedAt: thisMoment })
    .onConflictDoUpdate({ target: answerCache.key, set: { reply, bytes, usedAt: thisMoment } });
  const [total] = await db.select({ bytes: sql<string>`coalesce(sum(${answerCache.bytes}), 0)` }).from(answerCache);
  if (Number(total?.bytes ?? 0) > maxBytes) await dropOldest(db, maxBytes);
}

/** Of several processes one at a time drops; the next then finds that there is nothing left to do. */
async function dropOldest(db: Db, maxBytes: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${CACHE_LOCK})`);
    const ranked = tx
      .select({
        key: answerCache.key,
        upToHere: sql<string>`sum(${answerCache.bytes}) over (order by ${answerCache.usedAt} desc, ${answerCache.key})`.as('up_to_here'),
      })
      .from(answerCache)
      .as('ranked');
    const tooMany = tx.select({ key: ranked.key }).from(ranked).where(sql`${ranked.upToHere} > ${maxBytes}`);
    await tx.delete(answerCache).where(inArray(answerCache.key, tooMany));
  });
}
