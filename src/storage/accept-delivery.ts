import { and, eq, sql } from 'drizzle-orm';
import type { Delivery, ScanRequest, Store } from '#ports/store.ts';
import type { Db } from './database.ts';
import { repositories, scans, webhookDeliveries } from './schema.ts';
import { fromNow } from './sql-time.ts';

interface AcceptOptions {
  /** Puts the job for a scan into the given transaction. */
  readonly enqueueIn: (tx: Db, scanId: string) => Promise<void>;
  /** How long a scan may wait for its first worker before it counts as abandoned. */
  readonly graceMs: number;
}

/**
 * Records delivery, repository, scan and job in one transaction. Of parallel transactions with one GUID, or for one
 * head, the later waits at the unique key for the earlier, and either finds its rows or takes its place.
 */
export async function acceptDelivery(
  db: Db,
  delivery: Delivery,
  request: ScanRequest | null,
  options: AcceptOptions,
): ReturnType<Store['accept']> {
  return db.transaction(async (tx) => {
    const { guid } = delivery;
    const claimed = await tx.insert(webhookDeliveries).values(delivery).onConflictDoNothing().returning({ guid: webhookDeliveries.guid });
    if (claimed.length === 0) {
      const [earlier] = await tx
        .select({ scanId: webhookDeliveries.scanId })
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.guid, guid));
      return { kind: 'duplicate', scanId: earlier?.scanId ?? null } as const;
    }
    if (request === null) return { kind: 'accepted', scanId: null } as const;
    const { scanId, isNew } = await recordScan(tx, request, options.graceMs);
    await tx.update(webhookDeliveries).set({ scanId }).where(eq(webhookDeliveries.guid, guid));
    if (isNew) await options.enqueueIn(tx, scanId);
    return { kind: isNew ? 'accepted' : 'duplicate', scanId } as const;
  });
}

async function recordScan(tx: Db, request: ScanRequest, graceMs: number): Promise<{ scanId: string; isNew: boolean }> {
  const { owner, repo, installationId, number: pullNumber, headSha, baseSha, attempt } = request;
  const [repository] = await tx
    .insert(repositories)
    .values({ owner, name: repo, installationId })
    // An app that is installed anew has a new installation id. The update also makes the row come back.
    .onConflictDoUpdate({ target: [repositories.owner, repositories.name], set: { installationId } })
    .returning({ id: repositories.id });
  const repositoryId = must(repository).id;
  const [created] = await tx
    .insert(scans)
    .values({ repositoryId, pullNumber, headSha, baseSha, attempt, dueAt: fromNow(graceMs) })
    .onConflictDoNothing()
    .returning({ id: scans.id });
  if (created) return { scanId: created.id, isNew: true };
  const [existing] = await tx
    .select({ id: scans.id })
    .from(scans)
    .where(
      and(
        eq(scans.repositoryId, repositoryId),
        eq(scans.pullNumber, pullNumber),
        eq(scans.headSha, headSha),
        eq(scans.baseSha, baseSha),
        eq(scans.attempt, attempt),
      ),
    );
  return { scanId: must(existing).id, isNew: false };
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

function must<T>(row: T | undefined): T {
  if (row === undefined) throw new TypeError('a row that was just written is not there');
  return row;
}
