import { and, eq } from 'drizzle-orm';
import type { RepositoryJudgements } from '#ports/judgements.ts';
import { feedback } from './archive-schema.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { createDatabaseJudgements } from './judgements.ts';
import { findRepository, recordRepository } from './record-repository.ts';

/** What people decided on the code host, each judgement with its repository. */
export function createRepositoryJudgements(db: Db): RepositoryJudgements {
  return {
    record: guardDatabase('store a judgement', (repository, judgement) =>
      db.transaction(async (tx) => await createDatabaseJudgements(tx, await recordRepository(tx, repository)).record(judgement)),
    ),
    takeBack: guardDatabase('take a judgement back', async (repository, fingerprint) => {
      const repositoryId = await findRepository(db, repository);
      if (repositoryId === null) return false;
      const removed = await db
        .delete(feedback)
        .where(and(eq(feedback.repositoryId, repositoryId), eq(feedback.fingerprint, fingerprint)))
        .returning({ id: feedback.id });
      return removed.length > 0;
    }),
  };
}
