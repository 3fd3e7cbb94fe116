import { randomUUID } from 'node:crypto';
import type { Asked, Delivery, ScanRequest } from '#ports/store.ts';
import type { Database } from '#storage/database.ts';
import type { DatabaseStore, StoreOptions } from '#storage/store.ts';

/** A store on a database that is empty at the start of each test; its leases hold 1.2 s. */
export interface StoreUnderTest {
  store(): DatabaseStore;
  storeWith(options: Partial<StoreOptions>): DatabaseStore;
  database(): Database;
  /** Accepts a request for a scan and answers its id. */
  accepted(changes?: Partial<ScanRequest>): Promise<string>;
  count(table: string): Promise<number>;
  rows(query: string): Promise<readonly Record<string, unknown>[]>;
}

export const delivery = (guid: string = randomUUID()): Delivery => ({ guid, event: 'pull_request', action: 'opened' });

export const request = (changes: Partial<ScanRequest> = {}): ScanRequest => ({
  ...{ installationId: 12_345_678_901, owner: 'octo', repo: 'shop', number: 7 },
  ...{ headSha: 'a'.repeat(40), baseSha: 'b'.repeat(40), attempt: 1 },
  ...changes,
});

export const asked = (changes: Partial<ScanRequest> = {}): Asked => ({ kind: 'scan', request: request(changes) });

/** The head of that letter. */
export const head = (letter: string) => ({ headSha: letter.repeat(40) });
