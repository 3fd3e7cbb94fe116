import { and, desc, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import type { PullRequestRef } from '#ports/code-host.ts';
import type { ScanRequest } from '#ports/store.ts';
import type { Db } from './database.ts';
import { COMMITTED, lockPull, type PullKey } from './pull-lock.ts';
import { findRepository, recordRepository } from './record-repository.ts';
import { repositories, scans } from './schema.ts';
import { fromNow } from './sql-time.ts';

/**
 * Records a scan that is new, and makes the leases of the others of its pull request `passed`. A head has one scan for
 * each attempt; it gets another where its scan ended without a review, or where the pull request had another head since.
 */
export async function recordScan(tx: Db, request: ScanRequest, graceMs: number): Promise<{ scanId: string; isNew: boolean }> {
  const repositoryId = await recordRepository(tx, request);
  const pull = { repositoryId, number: request.number };
  await lockPull(tx, pull);
  const made = (await insertScan(tx, pull, await countOn(tx, pull, request), graceMs)) ?? (await replaceScan(tx, pull, request, graceMs));
  if (made.isNew) await passScans(tx, pull, made.scanId);
  return made;
}

/** Attempts are counted for a head over all its bases: on another base it would else look older than what was asked for before. */
async function countOn(tx: Db, pull: PullKey, request: ScanRequest): Promise<ScanRequest> {
  const known = await tx.select({ id: scans.id }).from(scans).where(sameChange(pull, request)).limit(1);
  if (known.length > 0) return request;
  return { ...request, attempt: Math.max(request.attempt, (await lastAttempt(tx, request)) + 1) };
}

function sameChange(pull: PullKey, { headSha, baseSha }: ScanRequest) {
  return and(ofPull(pull), eq(scans.headSha, headSha), eq(scans.baseSha, baseSha));
}

/** Records a scan, and its job where it is new; answers its id. */
export async function requestScan(db: Db, request: ScanRequest, { enqueueIn, graceMs }: RecordOptions): Promise<string> {
  return await db.transaction(async (tx) => {
    const { scanId, isNew } = await recordScan(tx, request, graceMs);
    if (isNew) await enqueueIn(tx, scanId);
    return scanId;
  }, COMMITTED);
}

export interface RecordOptions {
  /** Puts a job into the given transaction. */
  readonly enqueueIn: (tx: Db, jobId: string) => Promise<void>;
  /** How long a scan or task may wait for its first worker before it counts as abandoned. */
  readonly graceMs: number;
}

interface Recorded {
  readonly scanId: string;
  readonly isNew: boolean;
}

/** Null where the head has this attempt already. */
async function insertScan(tx: Db, pull: PullKey, request: ScanRequest, graceMs: number): Promise<Recorded | null> {
  const { repositoryId, number: pullNumber } = pull;
  const { headSha, baseSha, attempt } = request;
  const [created] = await tx
    .insert(scans)
    // Scans of one pull request are told apart by when they were asked for, also within one transaction's time.
    .values({ repositoryId, pullNumber, headSha, baseSha, attempt, dueAt: fromNow(graceMs), createdAt: sql`clock_timestamp()` })
    .onConflictDoNothing()
    .returning({ id: scans.id });
  return created === undefined ? null : { scanId: created.id, isNew: true };
}

async function replaceScan(tx: Db, pull: PullKey, request: ScanRequest, graceMs: number): Promise<Recorded> {
  const [last] = await tx
    .select({ scanId: scans.id, status: scans.status, conclusion: scans.conclusion, createdAt: scans.createdAt })
    .from(scans)
    .where(sameChange(pull, request))
    .orderBy(desc(scans.attempt))
    .limit(1);
  if (last === undefined) throw new TypeError('a row that was in the way is not there');
  const unreviewed = last.status === 'cancelled' || (last.status === 'done' && last.conclusion === null);
  if (!unreviewed && !(await hadOtherHead(tx, pull, request, last.createdAt))) return { scanId: last.scanId, isNew: false };
  const attempt = (await lastAttempt(tx, request)) + 1;
  return (await insertScan(tx, pull, { ...request, attempt }, graceMs)) ?? { scanId: last.scanId, isNew: false };
}

async function hadOtherHead(tx: Db, pull: PullKey, request: ScanRequest, since: Date): Promise<boolean> {
  if (pull.number === 0) return false;
  const other = or(ne(scans.headSha, request.headSha), ne(scans.baseSha, request.baseSha));
  const rows = await tx
    .select({ id: scans.id })
    .from(scans)
    .where(and(ofPull(pull), other, gt(scans.createdAt, since)))
    .limit(1);
  return rows.length > 0;
}

/** Something asks for the end of all open scans of the pull request. */
export async function passPull(db: Db, ref: PullRequestRef): Promise<void> {
  const repositoryId = await findRepository(db, ref);
  if (repositoryId === null) return;
  const pull = { repositoryId, number: ref.number };
  await db.transaction(async (tx) => {
    await lockPull(tx, pull);
    await passScans(tx, pull);
  }, COMMITTED);
}

/** Merge groups do not pass each other. */
async function passScans(tx: Db, pull: PullKey, but: string | null = null): Promise<void> {
  if (pull.number === 0) return;
  const others = but === null ? undefined : ne(scans.id, but);
  await tx
    .update(scans)
    .set({ passedAt: sql`now()` })
    .where(and(ofPull(pull), others, inArray(scans.status, ['queued', 'running']), isNull(scans.passedAt)));
}

/** The highest attempt for a head, over all its bases; 0 where there is none. */
export async function lastAttempt(db: Db, request: Omit<ScanRequest, 'attempt'>): Promise<number> {
  const [row] = await db
    .select({ last: sql<number | null>`max(${scans.attempt})` })
    .from(scans)
    .innerJoin(repositories, eq(repositories.id, scans.repositoryId))
    .where(
      and(
        eq(repositories.owner, request.owner),
        eq(repositories.name, request.repo),
        eq(scans.pullNumber, request.number),
        eq(scans.headSha, request.headSha),
      ),
    );
  return row?.last ?? 0;
}

function ofPull({ repositoryId, number }: PullKey) {
  return and(eq(scans.repositoryId, repositoryId), eq(scans.pullNumber, number));
}
