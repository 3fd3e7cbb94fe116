import { and, asc, eq, gte, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { type ClaimedTask, TASK_JOB } from '#ports/store.ts';
import type { Db } from './database.ts';
import { tasks } from './lifecycle-schema.ts';
import { repositories } from './schema.ts';
import { fromNow, retryWait, SWEEP_LIMIT } from './sql-time.ts';

/** A task that broke off so often breaks off always: a comment must not keep workers busy for ever. */
const MOST_TRIES = 5;
const GIVEN_UP = { status: 'failed', reason: `given up after ${MOST_TRIES} tries`, finishedAt: sql`now()` } as const;

const noLease = { leaseOwner: null, leaseExpiresAt: null } as const;
const isOpen = inArray(tasks.status, ['queued', 'running']);
const isFree = or(isNull(tasks.leaseExpiresAt), lte(tasks.leaseExpiresAt, sql`now()`));
const isSpent = gte(tasks.tries, MOST_TRIES);
const heldBy = (taskId: string, worker: string) => and(eq(tasks.id, taskId), eq(tasks.leaseOwner, worker), isOpen);

/** The job of a task; see `JobQueue`. */
export function jobOfTask(taskId: string): string {
  return `${TASK_JOB}${taskId}`;
}

/** One statement takes the lease, as for a scan. */
export async function claimTask(db: Db, taskId: string, worker: string, leaseMs: number): Promise<ClaimedTask | null> {
  const [claimed] = await db
    .update(tasks)
    .set({
      status: 'running',
      leaseOwner: worker,
      leaseExpiresAt: fromNow(leaseMs),
      tries: sql`${tasks.tries} + 1`,
      startedAt: sql`coalesce(${tasks.startedAt}, now())`,
    })
    .from(repositories)
    .where(and(eq(tasks.id, taskId), eq(repositories.id, tasks.repositoryId), isOpen, isFree, lt(tasks.tries, MOST_TRIES)))
    .returning({
      installationId: repositories.installationId,
      owner: repositories.owner,
      repo: repositories.name,
      number: tasks.pullNumber,
      task: tasks.payload,
      tries: tasks.tries,
    });
  if (claimed !== undefined) {
    const { task, tries, ...ref } = claimed;
    return { taskId, ref, task, tries };
  }
  await db
    .update(tasks)
    .set({ ...GIVEN_UP, ...noLease })
    .where(and(eq(tasks.id, taskId), isOpen, isFree, isSpent));
  return null;
}

/** Does nothing when the lease was lost. */
export async function renewTask(db: Db, taskId: string, worker: string, leaseMs: number): Promise<void> {
  await db
    .update(tasks)
    .set({ leaseExpiresAt: fromNow(leaseMs) })
    .where(heldBy(taskId, worker));
}

/** Does nothing when the lease was lost. */
export async function endTask(
  db: Db,
  taskId: string,
  worker: string,
  outcome: { readonly status: 'done' | 'failed'; readonly reason: string },
): Promise<void> {
  await db
    .update(tasks)
    .set({ ...outcome, ...noLease, finishedAt: sql`now()` })
    .where(heldBy(taskId, worker));
}

export async function releaseTask(db: Db, taskId: string, worker: string): Promise<void> {
  await db.transaction(async (tx) => {
    const spent = await tx
      .update(tasks)
      .set({ ...GIVEN_UP, ...noLease })
      .where(and(heldBy(taskId, worker), isSpent))
      .returning({ id: tasks.id });
    if (spent.length > 0) return;
    await tx
      .update(tasks)
      .set({ status: 'queued', ...noLease, dueAt: sql`now() + ${retryWait(tasks.tries)}` })
      .where(heldBy(taskId, worker));
  });
}

/** Jobs of the tasks that nobody works on; the oldest first. */
export async function findAbandonedTasks(db: Db): Promise<readonly string[]> {
  const since = sql`coalesce(${tasks.leaseExpiresAt}, ${tasks.dueAt})`;
  const rows = await db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(isOpen, lte(since, sql`now()`)))
    .orderBy(asc(since))
    .limit(SWEEP_LIMIT);
  return rows.map(({ id }) => jobOfTask(id));
}

/** As `freeAllLeases` of the scans. */
export async function freeTaskLeases(db: Db): Promise<number> {
  const freed = await db
    .update(tasks)
    .set({ status: 'queued', ...noLease, dueAt: sql`now()` })
    .where(eq(tasks.status, 'running'))
    .returning({ id: tasks.id });
  return freed.length;
}
