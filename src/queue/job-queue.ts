import { sql } from 'drizzle-orm';
import type { JobQueue } from '#ports/store.ts';
import type { Database, Db } from '#storage/database.ts';
import { guardDatabase } from '#storage/database-error.ts';
import { type BossExecutor, bossExecutor } from './boss-executor.ts';
import { startWorkLoop, type WorkLoop } from './work-loop.ts';

const QUEUE = 'scans';
const CHANNEL = 'aegis_scans';
/** As with the lock of the migrations: any number that no other program in the database uses. */
const SETUP_LOCK = 4_151_520;
/** A commit wakes the workers; polling finds retries that fell due, and what a lost connection did not tell. */
const POLL_MS = 1_000;
/** A failed job comes back after about 1, 2, 4, 8 and 16 s; after that the sweeper keeps the work in view. */
const RETRY = { retryLimit: 5, retryDelay: 1, retryBackoff: true };
/** Jobs carry an id and no work: what is done need not be kept for long. */
const UPKEEP = { maintenanceIntervalSeconds: 300, archiveCompletedAfterSeconds: 3_600, deleteAfterDays: 1 };

interface Job {
  readonly id: string;
  /** What a job carries, see `JobQueue`; it goes by this name since jobs were of scans only. */
  readonly data: { readonly scanId: string };
}

interface JobQueueOptions {
  /** Hears of every fault that has no caller: a handler that threw, a database that is away. Must not throw. */
  readonly onError: (error: unknown) => void;
}

export interface DatabaseJobQueue extends JobQueue {
  /** Enqueues within a transaction: the job is there, and workers are woken, exactly when it commits. */
  enqueueIn(tx: Db, jobId: string): Promise<void>;
}

/**
 * A queue in the same database as the store. One waiting job for each scan or task: enqueueing it again while one waits does
 * nothing, but a job that is active is no obstacle, for its process may be dead.
 */
export async function createJobQueue(database: Database, { onError }: JobQueueOptions): Promise<DatabaseJobQueue> {
  // Loaded here, so that commands without a queue do not pay for it.
  const { default: PgBoss } = await import('pg-boss');
  const executor = bossExecutor(database.db, database.exec);
  const boss = new PgBoss({ db: executor, schedule: false, ...UPKEEP });
  let loop: WorkLoop | null = null;
  let isStopped = false;
  boss.on('error', (error) => {
    if (!isStopped) onError(error);
  });
  await guardDatabase('prepare the job queue', () =>
    oneAtATime(database, async () => {
      await boss.start();
      // `short`: one waiting job for each key.
      await boss.createQueue(QUEUE, { name: QUEUE, policy: 'short' });
    }),
  )();

  async function enqueueIn(tx: Db, jobId: string): Promise<void> {
    const sent = await boss.send(QUEUE, { scanId: jobId }, { singletonKey: jobId, db: bossExecutor(tx, database.exec), ...RETRY });
    if (sent !== null) await tx.execute(sql`select pg_notify(${CHANNEL}, '')`);
  }

  /** pg-boss swallows the faults of a fetch; this lets them be heard. */
  const audible: BossExecutor = {
    executeSql: (text, values) =>
      executor.executeSql(text, values).catch((error) => {
        onError(error);
        throw error;
      }),
  };

  async function run(job: Job, handler: (jobId: string) => Promise<void>): Promise<void> {
    try {
      await handler(job.data.scanId);
    } catch (error) {
      onError(error);
      await boss.fail(QUEUE, job.id).catch(onError);
      return;
    }
    await boss.complete(QUEUE, job.id).catch(onError);
  }

  return {
    enqueueIn,
    enqueue: guardDatabase('enqueue a job', (jobId) => database.db.transaction((tx) => enqueueIn(tx, jobId))),
    async work(concurrency, handler) {
      loop = startWorkLoop<Job>({
        take: (limit) => boss.fetch(QUEUE, { batchSize: limit, db: audible }),
        run: (job) => run(job, handler),
        ...{ concurrency, pollMs: POLL_MS, onError },
      });
      const { wake } = loop;
      // Without it, polling still finds every job.
      await database.listen(CHANNEL, wake).catch(onError);
    },
    async stop(graceMs) {
      await loop?.stop(graceMs);
      isStopped = true;
      await boss.stop({ graceful: false });
    },
  };
}

/** Processes that create a queue of pg-boss at the same moment deadlock. On PGlite there is one process, and one connection. */
async function oneAtATime({ kind, db }: Database, work: () => Promise<void>): Promise<void> {
  if (kind === 'pglite') return work();
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${SETUP_LOCK})`);
    await work();
  });
}
