/**
 * A process that accepts deliveries into the database of argument 1 (a folder, or a URL) until it is killed, prints
 * the GUID of each one after it was accepted and its scan, and holds the lease of each third scan. Each fourth delivery
 * asks for a task as well.
 */
import { randomUUID } from 'node:crypto';
import { createJobQueue } from '#queue/job-queue.ts';
import { migrate } from '#storage/migrate.ts';
import { openDatabase } from '#storage/open-database.ts';
import { createStore } from '#storage/store.ts';

const place = process.argv[2] ?? '';
const database = await openDatabase(place.includes('://') ? { databaseUrl: place, dataDir: '' } : { dataDir: place });
await migrate(database, 'drizzle');
const queue = await createJobQueue(database, { onError: console.error });
const store = createStore(database, { enqueueIn: queue.enqueueIn });
for (let number = 1; ; number += 1) {
  const guid = randomUUID();
  const request = { installationId: 1, owner: 'octo', repo: 'shop', number, headSha: 'a', baseSha: 'b', attempt: 1 };
  const { scanId } = await store.accept({ guid, event: 'pull_request', action: 'opened' }, { kind: 'scan', request });
  if (number % 4 === 0) {
    const { headSha: _, baseSha: __, attempt: ___, ...ref } = request;
    const task = { kind: 'closed', merged: false } as const;
    await store.accept({ guid: `${guid} task`, event: 'pull_request', action: 'closed' }, { kind: 'task', ref, task });
  }
  if (scanId !== null && number % 3 === 0) await store.claim(scanId, 'killed');
  console.log(`${guid} ${scanId}`);
}
