import { and, eq, isNull, sql } from 'drizzle-orm';
import { sumJudgements } from '#lib/sum-judgements.ts';
import type { Judgements } from '#ports/judgements.ts';
import { feedback } from './archive-schema.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';

/** Any number will do that no other program in the same database uses for its advisory lock. */
const FEEDBACK_LOCK = 4_151_522;

/**
 * What people decided, in the database. `repositoryId`: the repository whose findings are judged; its judgements replace
 * each other, while what models are known for is summed over all.
 */
export function createDatabaseJudgements(db: Db, repositoryId: number | null = null): Judgements {
  const ours = repositoryId === null ? isNull(feedback.repositoryId) : eq(feedback.repositoryId, repositoryId);
  return {
    record: guardDatabase('store a judgement', async (judgement) => {
      await db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${FEEDBACK_LOCK})`);
        await tx.delete(feedback).where(and(ours, eq(feedback.fingerprint, judgement.fingerprint)));
        await tx.insert(feedback).values({ ...judgement, repositoryId });
      });
    }),
    records: guardDatabase('sum the judgements', async () => {
      const { kind, cwe, language, models } = feedback;
      const rows = await db
        .select({ kind, cwe, language, models, count: sql<string>`count(*)` })
        .from(feedback)
        .groupBy(kind, cwe, language, models);
      return sumJudgements(rows.map((row) => ({ ...row, count: Number(row.count) })));
    }),
  };
}
