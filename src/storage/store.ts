import type { Store } from '#ports/store.ts';
import { acceptDelivery, lastAttempt } from './accept-delivery.ts';
import type { Database, Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { findPublication, listPosts, recordPublication } from './publication-log.ts';
import { saveScanResult } from './save-result.ts';
import { claimScan, endScan, findAbandoned, freeAllLeases, releaseScan, renewLease } from './scan-lease.ts';

/** A dead worker's scan is free again after this, and taken up by the sweep after it: with its publication, under 30 s. */
const LEASE_MS = 15_000;
const GRACE_MS = 5_000;

export interface StoreOptions {
  /** Puts the job for a scan into the transaction that records it. */
  readonly enqueueIn: (tx: Db, scanId: string) => Promise<void>;
  /** How long a lease holds without a heartbeat, milliseconds. */
  readonly leaseMs?: number;
  /** How long a new scan may wait for a worker before it counts as abandoned, milliseconds. */
  readonly graceMs?: number;
}

export interface DatabaseStore extends Store {
  /**
   * Frees the leases of a process that is gone, so that its scans need not wait for them to run out; answers how many.
   * To be called once, at the start, and only on the embedded database: there nobody else can hold one.
   */
  takeOverLeases(): Promise<number>;
}

/** The store over a migrated database. Faults of the database leave as `UnavailableError`. Closing it closes the database. */
export function createStore({ db, close }: Pick<Database, 'db' | 'close'>, options: StoreOptions): DatabaseStore {
  const { enqueueIn, leaseMs = LEASE_MS, graceMs = GRACE_MS } = options;
  return {
    accept: guardDatabase('record a delivery', (delivery, request) => acceptDelivery(db, delivery, request, { enqueueIn, graceMs })),
    lastAttempt: guardDatabase('look up a scan', (request) => lastAttempt(db, request)),
    claim: guardDatabase('claim a scan', (scanId, worker) => claimScan(db, scanId, worker, leaseMs)),
    heartbeat: guardDatabase('renew a lease', (scanId, worker) => renewLease(db, scanId, worker, leaseMs)),
    saveResult: guardDatabase('store a result', (scanId, result, record) => saveScanResult(db, scanId, result, record)),
    finish: guardDatabase('end a scan', (scanId, worker, status, reason) => endScan(db, scanId, worker, status, reason)),
    release: guardDatabase('release a scan', (scanId, worker, when) =>
      db.transaction(async (tx) => {
        const released = await releaseScan(tx, scanId, worker, when);
        if (released && when === 'now') await enqueueIn(tx, scanId);
      }),
    ),
    abandoned: guardDatabase('look for abandoned scans', () => findAbandoned(db)),
    takeOverLeases: guardDatabase('free leases', () => freeAllLeases(db)),
    find: guardDatabase('look up a publication', (scanId, key) => findPublication(db, scanId, key)),
    record: guardDatabase('record a publication', (scanId, key, remoteId) => recordPublication(db, scanId, key, remoteId)),
    posts: guardDatabase('look up publications', (scanId) => listPosts(db, scanId)),
    close,
  };
}
