import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { counts, type Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { PullMemory } from '#ports/store.ts';
import type { Db } from './database.ts';
import { findingStates } from './lifecycle-schema.ts';
import { type PullKey, withPullOf } from './pull-lock.ts';
import { scans } from './schema.ts';

/** Rows of one insert: a statement takes 65,535 parameters at most. */
const BATCH = 1_000;

/** Every finding that the pull request ever had, the oldest first. */
export async function listKnown(db: Db, pull: PullKey): ReturnType<PullMemory['known']> {
  const { findingId, fingerprint, cwe, title, severity, path, startLine, endLine, evidence, state, models, createdAt } = findingStates;
  return await db
    .select({ id: findingId, fingerprint, cwe, title, severity, path, startLine, endLine, evidence, state, models })
    .from(findingStates)
    .where(ofPull(pull))
    .orderBy(asc(createdAt), asc(fingerprint));
}

/**
 * Remembers what was published: findings that count or that a person dismissed, and those that are gone, or
 * that may be and stand elsewhere by now. What else does
 * not count was never shown as a finding, and leaves what is remembered of it as it is. A scan is settled once.
 */
export async function settleFindings(db: Db, scanId: string, result: ScanResult): Promise<void> {
  await withPullOf(db, scanId, async (tx, pull) => {
    const settled = await tx
      .update(scans)
      .set({ settledAt: sql`clock_timestamp()` })
      .where(and(eq(scans.id, scanId), isNull(scans.settledAt)))
      .returning({ id: scans.id });
    if (settled.length === 0 || pull.number === 0) return;
    const shown = new Map<string, Finding>();
    for (const finding of result.findings.filter((one) => counts(one) || one.suppressedBy === 'dismissed'))
      if (!shown.has(finding.fingerprint)) shown.set(finding.fingerprint, finding);
    const rows = [...shown.values()].map((finding) => stateRow(pull, scanId, finding));
    for (let start = 0; start < rows.length; start += BATCH) await storeStates(tx, rows.slice(start, start + BATCH));
    const fixed = (result.since?.fixed ?? []).map(({ fingerprint }) => fingerprint).filter((fingerprint) => !shown.has(fingerprint));
    for (const { fingerprint, path, startLine, endLine } of result.since?.unknown ?? []) {
      if (shown.has(fingerprint)) continue;
      // The next scan looks for its code where it stands on this head.
      const here = { path, startLine, endLine, updatedAt: sql`now()` };
      await tx
        .update(findingStates)
        .set(here)
        .where(and(ofPull(pull), eq(findingStates.fingerprint, fingerprint)));
    }
    if (fixed.length === 0) return;
    await tx
      .update(findingStates)
      .set({ state: 'fixed', updatedAt: sql`now()` })
      .where(and(ofPull(pull), inArray(findingStates.fingerprint, fixed)));
  });
}

/** One that is known to be open. */
export async function markDismissed(tx: Db, pull: PullKey, fingerprint: string): Promise<void> {
  await tx
    .update(findingStates)
    .set({ state: 'dismissed', updatedAt: sql`now()` })
    .where(and(ofPull(pull), eq(findingStates.fingerprint, fingerprint), eq(findingStates.state, 'open')));
}

function ofPull({ repositoryId, number }: PullKey) {
  return and(eq(findingStates.repositoryId, repositoryId), eq(findingStates.pullNumber, number));
}

type StateRow = typeof findingStates.$inferInsert;

function stateRow({ repositoryId, number }: PullKey, scanId: string, finding: Finding): StateRow {
  const { id, fingerprint, cwe, title, severity, path, startLine, endLine, evidence, models } = finding;
  return {
    ...{ repositoryId, pullNumber: number, findingId: id, fingerprint, cwe, title, severity, path, startLine, endLine, evidence },
    state: counts(finding) ? 'open' : 'dismissed',
    models: [...new Set(models.filter(({ verdict }) => verdict === 'reported').map((model) => model.id))],
    firstScanId: scanId,
    lastScanId: scanId,
  };
}

async function storeStates(tx: Db, rows: StateRow[]): Promise<void> {
  const { repositoryId, pullNumber, fingerprint } = findingStates;
  const newer = (column: string) => sql.raw(`excluded.${column}`);
  await tx
    .insert(findingStates)
    .values(rows)
    .onConflictDoUpdate({
      target: [repositoryId, pullNumber, fingerprint],
      set: {
        findingId: newer('finding_id'),
        cwe: newer('cwe'),
        title: newer('title'),
        severity: newer('severity'),
        path: newer('path'),
        startLine: newer('start_line'),
        endLine: newer('end_line'),
        evidence: newer('evidence'),
        state: newer('state'),
        models: newer('models'),
        lastScanId: newer('last_scan_id'),
        updatedAt: sql`now()`,
      },
    });
}
