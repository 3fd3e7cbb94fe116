import { and, asc, desc, eq, exists, gt, inArray, isNotNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { withoutTexts } from '#lib/kept-record.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import { summariseLedger } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import type { Execution } from '#model/outcome.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { candidates } from './archive-schema.ts';
import { candidateRows } from './candidate-rows.ts';
import type { Db } from './database.ts';
import { findings, modelExecutions, scanFiles, scans } from './schema.ts';

/** Rows of one insert: a statement takes 65,535 parameters at most, and the widest table here has 15 columns. */
const BATCH = 1_000;

/** Records that are kept; those of older scans are given up. A record has some hundred kilobytes. */
const MOST_RECORDS = 500;

/**
 * Stores a result and its rows in place of an earlier attempt's, and what it was made from where that is given. A scan
 * that has ended keeps what it ended with: a worker that lost its lease may come late.
 */
export async function saveScanResult(db: Db, scanId: string, result: ScanResult, record?: ScanRecord): Promise<void> {
  await db.transaction(async (tx) => {
    const open = await tx
      .update(scans)
      .set(contentOf(result, record))
      .where(and(eq(scans.id, scanId), inArray(scans.status, ['queued', 'running'])))
      .returning({ id: scans.id });
    if (open.length === 0) return;
    for (const table of [findings, modelExecutions, scanFiles, candidates]) await tx.delete(table).where(eq(table.scanId, scanId));
    await writeRows(tx, scanId, result, record);
  });
}

/** Stores a scan that no pull request asked for, and answers its id. It has ended. */
export async function saveLooseScan(db: Db, record: ScanRecord): Promise<string> {
  return await db.transaction(async (tx) => {
    const { reason } = record.result;
    const moment = sql`now()`;
    const [scan] = await tx
      .insert(scans)
      .values({
        ...contentOf(record.result, record),
        attempt: 1,
        status: 'done',
        reason,
        dueAt: moment,
        startedAt: moment,
        finishedAt: moment,
      })
      .returning({ id: scans.id });
    if (scan === undefined) throw new TypeError('a row that was just written is not there');
    await writeRows(tx, scan.id, record.result, record);
    return scan.id;
  });
}

function contentOf(result: ScanResult, record: ScanRecord | undefined) {
  if (record === undefined) return { result, conclusion: result.conclusion, record: null, recordedAt: null };
  // The result stands beside it.
  const { result: _, ...kept } = withoutTexts(record);
  return { result, conclusion: result.conclusion, record: kept, recordedAt: sql`clock_timestamp()` };
}

async function writeRows(tx: Db, scanId: string, result: ScanResult, record: ScanRecord | undefined): Promise<void> {
  for (const rows of batches(result.findings.map((finding, position) => findingRow(scanId, position, finding)))) {
    await tx.insert(findings).values(rows);
  }
  for (const rows of batches(result.executions.map((execution, position) => executionRow(scanId, position, execution)))) {
    await tx.insert(modelExecutions).values(rows);
  }
  for (const rows of batches(fileRows(scanId, result.ledger))) await tx.insert(scanFiles).values(rows);
  if (record === undefined) return;
  for (const rows of batches(candidateRows(scanId, { chunks: record.chunks, result }))) await tx.insert(candidates).values(rows);
  await giveUpRecords(tx);
}

/** The first to go are those from which no later scan carries anything over: their pull request was published since. */
async function giveUpRecords(tx: Db): Promise<void> {
  const newer = alias(scans, 'newer');
  const ofSamePull = and(eq(newer.repositoryId, scans.repositoryId), eq(newer.pullNumber, scans.pullNumber));
  const isPassed = exists(
    tx
      .select({ id: newer.id })
      .from(newer)
      .where(and(ofSamePull, isNotNull(newer.settledAt), gt(newer.recordedAt, scans.recordedAt))),
  );
  const old = tx
    .select({ id: scans.id })
    .from(scans)
    .where(isNotNull(scans.record))
    .orderBy(asc(isPassed), desc(scans.recordedAt), desc(scans.id))
    .offset(MOST_RECORDS);
  await tx.update(scans).set({ record: null, recordedAt: null }).where(inArray(scans.id, old));
}

function findingRow(scanId: string, position: number, finding: Finding): typeof findings.$inferInsert {
  const { id, votes, cwe, title, fingerprint, severity, confidence, path, startLine, endLine, state, suppressedBy } = finding;
  return {
    ...{ scanId, position, findingId: id, fingerprint, cwe, title, severity, confidence, path, startLine, endLine, state, suppressedBy },
    votesFor: votes.for,
    votesOf: votes.of,
  };
}

function executionRow(
  scanId: string,
  position: number,
  { modelId, role, chunkId, outcome, standsInFor }: Execution,
): typeof modelExecutions.$inferInsert {
  const usage = outcome.kind === 'skipped' ? { tokensIn: null, tokensOut: null, costUsd: null, latencyMs: null } : outcome.usage;
  return {
    ...{ scanId, position, modelId, role, standsInFor, chunkId, ...usage },
    outcome: outcome.kind,
    reason: outcome.kind === 'answered' ? null : outcome.reason,
    claims: 'claims' in outcome ? outcome.claims.length : 0,
  };
}

function fileRows(scanId: string, ledger: readonly LedgerEntry[]): (typeof scanFiles.$inferInsert)[] {
  const byPath = new Map<string, LedgerEntry[]>();
  for (const entry of ledger) {
    const entries = byPath.get(entry.path) ?? [];
    entries.push(entry);
    byPath.set(entry.path, entries);
  }
  return [...byPath].map(([path, entries], position) => {
    const { hunks, reviewed, partial, uncovered, skipped, notApplicable } = summariseLedger(entries);
    return { scanId, position, path, hunks, reviewed, partial, uncovered, skipped, notApplicable };
  });
}

function* batches<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += BATCH) yield rows.slice(start, start + BATCH);
}
