import { and, desc, eq, isNotNull, ne, sql } from 'drizzle-orm';
import type { ChangeSet } from '#model/change-set.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import type { History } from '#model/lifecycle.ts';
import type { PullMemory } from '#ports/store.ts';
import type { Db } from './database.ts';
import { listKnown } from './finding-states.ts';
import { decodeJson } from './json-text.ts';
import { type PullKey, pullOfScan } from './pull-lock.ts';
import { scans } from './schema.ts';

/** A part of a stored result or record. Written by the store and nowhere else, so the type is known. */
const part = <T>(column: typeof scans.result | typeof scans.record, name: string) =>
  sql<T | null>`${column} -> ${sql.raw(`'${name}'`)}`.mapWith((stored) => decodeJson(stored) as T | null);

const settledOf = ({ repositoryId, number }: PullKey) =>
  and(eq(scans.repositoryId, repositoryId), eq(scans.pullNumber, number), isNotNull(scans.settledAt));

/** See `PullMemory`. Merge groups have no history: each is another change. */
export async function readHistory(db: Db, scanId: string): Promise<History | null> {
  const pull = await pullOfScan(db, scanId);
  if (pull === null || pull.number === 0) return null;
  const [last] = await db
    .select({
      headSha: scans.headSha,
      planKey: part<string>(scans.result, 'planKey'),
      ledger: part<readonly LedgerEntry[]>(scans.result, 'ledger'),
      findings: part<readonly Finding[]>(scans.result, 'findings'),
      change: part<ChangeSet>(scans.record, 'change'),
    })
    .from(scans)
    .where(and(settledOf(pull), ne(scans.id, scanId)))
    .orderBy(desc(scans.settledAt), desc(scans.id))
    .limit(1);
  if (last === undefined) return null;
  const { headSha, planKey, ledger, findings, change } = last;
  const known = (await listKnown(db, pull)).map(({ models: _, ...finding }) => finding);
  const carry = planKey === null || ledger === null || findings === null ? null : { planKey, ledger, findings };
  return { headSha, known, carry, change };
}

export async function readLastResult(db: Db, pull: PullKey): ReturnType<PullMemory['lastResult']> {
  const [last] = await db
    .select({ scanId: scans.id, headSha: scans.headSha, baseSha: scans.baseSha, result: scans.result })
    .from(scans)
    .where(settledOf(pull))
    .orderBy(desc(scans.settledAt), desc(scans.id))
    .limit(1);
  if (last === undefined) return null;
  const { scanId, headSha, baseSha, result } = last;
  // One that was settled has all of them.
  return headSha === null || baseSha === null || result === null ? null : { scanId, headSha, baseSha, result };
}
