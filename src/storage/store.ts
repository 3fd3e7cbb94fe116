import type { Store } from '#ports/store.ts';
import { acceptDelivery } from './accept-delivery.ts';
import type { Database, Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { createPublicationLog } from './publication-log.ts';
import { withPullOf } from './pull-lock.ts';
import { createPullMemory } from './pull-memory.ts';
import { lastAttempt, passPull, requestScan } from './record-scan.ts';
import { saveScanResult } from './save-result.ts';
import { claimScan, endScan, findAbandoned, findNext, freeAllLeases, releaseScan, renewLease } from './scan-lease.ts';
import { claimTask, endTask, findAbandonedTasks, freeTaskLeases, releaseTask, renewTask } from './task-lease.ts';

/** A dead worker's scan is free again after this, and taken up by the sweep after it: with its publication, under 30 s. */
const LEASE_MS = 15_000;
const GRACE_MS = 5_000;
/** A task takes a few requests to the host; where those wait for their turn, its lease is renewed. */
const TASK_LEASE_MS = 60_000;

export interface StoreOptions {
  /** Puts the job for a scan or a task into the transaction that records it. */
  readonly enqueueIn: (tx: Db, jobId: string) => Promise<void>;
  /** How long a lease holds without a heartbeat, milliseconds. */
  readonly leaseMs?: number;
  /** How long a task may take, milliseconds. */
  readonly taskLeaseMs?: number;
  /** How long a new scan or task may wait for a worker before it counts as abandoned, milliseconds. */
  readonly graceMs?: number;
}

export interface DatabaseStore extends Store {
  /**
   * Frees the leases of a process that is gone, so that its work need not wait for them to run out; answers how many.
   * To be called once, at the start, and only on the embedded database: there nobody else can hold one.
   */
  takeOverLeases(): Promise<number>;
}

/** The store over a migrated database. Faults of the database leave as `UnavailableError`. Closing it closes the database. */
export function createStore({ db, close }: Pick<Database, 'db' | 'close'>, options: StoreOptions): DatabaseStore {
  const { enqueueIn, leaseMs = LEASE_MS, taskLeaseMs = TASK_LEASE_MS, graceMs = GRACE_MS } = options;
  /** Gives the turn to the next scan of the pull request where `giveWay` says that this one's lease has ended. */
  const passTurn = (scanId: string, giveWay: (tx: Db) => Promise<boolean>) =>
    withPullOf(db, scanId, async (tx, pull) => {
      if (!(await giveWay(tx))) return;
      const next = await findNext(tx, pull, scanId);
      if (next !== null) await enqueueIn(tx, next);
    });
  return {
    ...createPublicationLog(db),
    ...createPullMemory(db),
    accept: guardDatabase('record a delivery', (delivery, asked) => acceptDelivery(db, delivery, asked, { enqueueIn, graceMs })),
    requestScan: guardDatabase('record a scan', (request) => requestScan(db, request, { enqueueIn, graceMs })),
    lastAttempt: guardDatabase('look up a scan', (request) => lastAttempt(db, request)),
    pass: guardDatabase('end scans', (ref) => passPull(db, ref)),
    claim: guardDatabase('claim a scan', (scanId, worker) => claimScan(db, scanId, worker, leaseMs)),
    heartbeat: guardDatabase('renew a lease', (scanId, worker) => renewLease(db, scanId, worker, leaseMs)),
    saveResult: guardDatabase('store a result', (scanId, result, record) => saveScanResult(db, scanId, result, record)),
    finish: guardDatabase('end a scan', async (scanId, worker, status, reason) => {
      await passTurn(scanId, (tx) => endScan(tx, scanId, worker, status, reason));
    }),
    release: guardDatabase('release a scan', async (scanId, worker, when) => {
      await passTurn(scanId, async (tx) => {
        const released = await releaseScan(tx, scanId, worker, when);
        if (released && when === 'now') await enqueueIn(tx, scanId);
        return released;
      });
    }),
    claimTask: guardDatabase('claim a task', (taskId, worker) => claimTask(db, taskId, worker, taskLeaseMs)),
    renewTask: guardDatabase('renew a lease', (taskId, worker) => renewTask(db, taskId, worker, taskLeaseMs)),
    finishTask: guardDatabase('end a task', (taskId, worker, outcome) => endTask(db, taskId, worker, outcome)),
    releaseTask: guardDatabase('release a task', (taskId, worker) => releaseTask(db, taskId, worker)),
    abandoned: guardDatabase('look for abandoned work', async () => [...(await findAbandoned(db)), ...(await findAbandonedTasks(db))]),
    takeOverLeases: guardDatabase('free leases', async () => (await freeAllLeases(db)) + (await freeTaskLeases(db))),
    close,
  };
}
