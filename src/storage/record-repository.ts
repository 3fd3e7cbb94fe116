import { and, eq } from 'drizzle-orm';
import type { PullRequestRef } from '#ports/code-host.ts';
import type { Db } from './database.ts';
import { repositories } from './schema.ts';

/** A repository, and the installation through which it is reached now. */
export type RepositoryRef = Pick<PullRequestRef, 'installationId' | 'owner' | 'repo'>;

/** Id of the repository's row, which is made where it is new. Other transactions that ask for it wait for this one. */
export async function recordRepository(tx: Db, { owner, repo, installationId }: RepositoryRef): Promise<number> {
  const [repository] = await tx
    .insert(repositories)
    .values({ owner, name: repo, installationId })
    // An app that is installed anew has a new installation id. The update also makes the row come back.
    .onConflictDoUpdate({ target: [repositories.owner, repositories.name], set: { installationId } })
    .returning({ id: repositories.id });
  if (repository === undefined) throw new TypeError('a row that was just written is not there');
  return repository.id;
}

/** Id of the repository's row; null where nothing was ever asked of it. */
export async function findRepository(db: Db, { owner, repo }: Pick<RepositoryRef, 'owner' | 'repo'>): Promise<number | null> {
  const [row] = await db
    .select({ id: repositories.id })
    .from(repositories)
    .where(and(eq(repositories.owner, owner), eq(repositories.name, repo)));
  return row?.id ?? null;
}
