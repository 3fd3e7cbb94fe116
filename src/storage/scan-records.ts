import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { describeChange, isScanRecord } from '#lib/kept-record.ts';
import { InputError } from '#model/errors.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { KeptScan, ScanRecords } from '#ports/scan-records.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { decodeJson } from './json-text.ts';
import { saveLooseScan } from './save-result.ts';
import { findings, repositories, scans } from './schema.ts';

const LIST_HINT = '`aegis replay --database` lists the scans that are kept.';

/** Scans in the database: those of pull requests, whose records the store keeps, and those that are saved here. */
export function createDatabaseScanRecords(db: Db): ScanRecords {
  return {
    save: guardDatabase('keep a scan', (record) => saveLooseScan(db, record)),
    load: guardDatabase('read a kept scan', async (typed) => {
      const id = typed === 'last' ? await findLast(db) : await findOne(db, typed);
      const [row] = await db.select({ record: scans.record, result: scans.result }).from(scans).where(eq(scans.id, id));
      const record = { ...row?.record, result: row?.result };
      if (isScanRecord(record)) return { id, record };
      throw new InputError(`the kept scan ${id} was written by another version of Aegis`, { hint: 'Review the change again.' });
    }),
    list: guardDatabase('list the kept scans', () => listKept(db)),
  };
}

async function listKept(db: Db): Promise<readonly KeptScan[]> {
  const rows = await db
    .select({
      id: scans.id,
      recordedAt: scans.recordedAt,
      conclusion: scans.conclusion,
      strategy: sql<unknown>`${scans.result} -> 'consensus' -> 'strategy'`.mapWith(decodeJson),
      // Written by the store and nowhere else, so the type is known.
      change: sql<ScanResult['change']>`${scans.result} -> 'change'`.mapWith((stored) => decodeJson(stored) as ScanResult['change']),
      findings: sql<string>`(select count(*) from ${findings} where ${and(eq(findings.scanId, scans.id), isNull(findings.suppressedBy))})`,
      owner: repositories.owner,
      name: repositories.name,
      number: scans.pullNumber,
    })
    .from(scans)
    .leftJoin(repositories, eq(repositories.id, scans.repositoryId))
    .where(isNotNull(scans.record))
    .orderBy(desc(scans.recordedAt), desc(scans.id));
  return rows.map(({ id, recordedAt, conclusion, strategy, change, owner, name, number, ...row }) => ({
    id,
    at: (recordedAt ?? new Date(0)).toISOString(),
    conclusion: conclusion ?? '',
    findings: Number(row.findings),
    strategy: String(strategy),
    what: owner === null ? describeChange(change) : `${owner}/${name}#${number}`,
  }));
}

async function findLast(db: Db): Promise<string> {
  const [row] = await db
    .select({ id: scans.id })
    .from(scans)
    .where(isNotNull(scans.record))
    .orderBy(desc(scans.recordedAt), desc(scans.id))
    .limit(1);
  if (row === undefined) throw new InputError('no scan is kept yet', { hint: 'Scans are kept once the server has reviewed something.' });
  return row.id;
}

async function findOne(db: Db, typed: string): Promise<string> {
  const wanted = typed.trim().toLowerCase();
  // Nothing else can begin a UUID, and nothing else gets into a pattern.
  const rows = /^[0-9a-f-]+$/.test(wanted)
    ? await db
        .select({ id: scans.id })
        .from(scans)
        .where(and(isNotNull(scans.record), sql`${scans.id}::text like ${`${wanted}%`}`))
        .limit(2)
    : [];
  const [found, second] = rows;
  if (found === undefined) throw new InputError(`there is no kept scan ${typed}`, { hint: LIST_HINT });
  if (second !== undefined)
    throw new InputError(`more than one kept scan begins with ${typed}`, { hint: `Write more of its id. ${LIST_HINT}` });
  return found.id;
}
