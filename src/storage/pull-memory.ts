import { and, eq, sql } from 'drizzle-orm';
import type { PullRequestRef } from '#ports/code-host.ts';
import type { PullMemory } from '#ports/store.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { listDismissals, revokeDismissals, storeDismissal } from './dismissals.ts';
import { listKnown, settleFindings } from './finding-states.ts';
import { pullRequests } from './lifecycle-schema.ts';
import { readHistory, readLastResult } from './pull-history.ts';
import { COMMITTED, type PullKey } from './pull-lock.ts';
import { findRepository, recordRepository } from './record-repository.ts';

/** What the server remembers of pull requests, in the database. */
export function createPullMemory(db: Db): PullMemory {
  return {
    history: guardDatabase('read what is remembered', (scanId) => readHistory(db, scanId)),
    settle: guardDatabase('remember findings', (scanId, result) => settleFindings(db, scanId, result)),
    known: guardDatabase('read the known findings', (ref) => read(db, ref, listKnown, [])),
    lastResult: guardDatabase('read the last result', (ref) => read(db, ref, readLastResult, null)),
    dismissals: guardDatabase('read the dismissals', (ref) => read(db, ref, listDismissals, [])),
    dismiss: guardDatabase('record a dismissal', (ref, dismissal) => write(db, ref, (tx, pull) => storeDismissal(tx, pull, dismissal))),
    reinstate: guardDatabase('take a dismissal back', (ref, fingerprint, actor) =>
      write(db, ref, (tx, pull) => revokeDismissals(tx, pull, fingerprint, actor)),
    ),
    pausedBy: guardDatabase('look up a pause', (ref) => read(db, ref, readPause, null)),
    setPaused: guardDatabase('record a pause', (ref, actor) => write(db, ref, (tx, pull) => storePause(tx, pull, actor))),
  };
}

/** Of a repository that nobody knows there is `nothing`. */
async function read<T>(db: Db, ref: PullRequestRef, readPull: (db: Db, pull: PullKey) => Promise<T>, nothing: T): Promise<T> {
  const repositoryId = await findRepository(db, ref);
  return repositoryId === null ? nothing : await readPull(db, { repositoryId, number: ref.number });
}

async function write<T>(db: Db, ref: PullRequestRef, writePull: (tx: Db, pull: PullKey) => Promise<T>): Promise<T> {
  return await db.transaction(
    async (tx) => await writePull(tx, { repositoryId: await recordRepository(tx, ref), number: ref.number }),
    COMMITTED,
  );
}

async function readPause(db: Db, { repositoryId, number }: PullKey): Promise<string | null> {
  const [row] = await db
    .select({ pausedBy: pullRequests.pausedBy })
    .from(pullRequests)
    .where(and(eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.number, number)));
  return row?.pausedBy ?? null;
}

async function storePause(tx: Db, { repositoryId, number }: PullKey, pausedBy: string | null): Promise<void> {
  const pause = { pausedBy, pausedAt: pausedBy === null ? null : sql`now()` };
  await tx
    .insert(pullRequests)
    .values({ repositoryId, number, ...pause })
    .onConflictDoUpdate({ target: [pullRequests.repositoryId, pullRequests.number], set: pause });
}
