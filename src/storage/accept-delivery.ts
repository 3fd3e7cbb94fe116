import { eq } from 'drizzle-orm';
import type { Asked, Delivery, Store } from '#ports/store.ts';
import type { Db } from './database.ts';
import { tasks } from './lifecycle-schema.ts';
import { COMMITTED } from './pull-lock.ts';
import { recordRepository } from './record-repository.ts';
import { type RecordOptions, recordScan } from './record-scan.ts';
import { webhookDeliveries } from './schema.ts';
import { fromNow } from './sql-time.ts';
import { jobOfTask } from './task-lease.ts';

/**
 * Records delivery, repository, scan or task, and job in one transaction. Of parallel transactions with one GUID, or for
 * one repository, the later waits for the earlier, and either finds its rows or takes its place.
 */
export async function acceptDelivery(
  db: Db,
  delivery: Delivery,
  asked: Asked | null,
  { enqueueIn, graceMs }: RecordOptions,
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
    if (asked === null) return { kind: 'accepted', scanId: null } as const;
    if (asked.kind === 'task') {
      await enqueueIn(tx, jobOfTask(await recordTask(tx, asked, graceMs)));
      return { kind: 'accepted', scanId: null } as const;
    }
    const { scanId, isNew } = await recordScan(tx, asked.request, graceMs);
    await tx.update(webhookDeliveries).set({ scanId }).where(eq(webhookDeliveries.guid, guid));
    if (isNew) await enqueueIn(tx, scanId);
    return { kind: isNew ? 'accepted' : 'duplicate', scanId } as const;
  }, COMMITTED);
}

async function recordTask(tx: Db, { ref, task }: Asked & { kind: 'task' }, graceMs: number): Promise<string> {
  const repositoryId = await recordRepository(tx, ref);
  const [created] = await tx
    .insert(tasks)
    .values({ repositoryId, pullNumber: ref.number, payload: task, dueAt: fromNow(graceMs) })
    .returning({ id: tasks.id });
  if (created === undefined) throw new TypeError('a row that was just written is not there');
  return created.id;
}
