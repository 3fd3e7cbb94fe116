import { and, asc, eq, isNull, or, sql } from 'drizzle-orm';
import type { Dismissal } from '#model/lifecycle.ts';
import type { Db } from './database.ts';
import { markDismissed } from './finding-states.ts';
import { policies } from './lifecycle-schema.ts';
import type { PullKey } from './pull-lock.ts';

const inForce = ({ repositoryId, number }: PullKey) =>
  and(
    eq(policies.repositoryId, repositoryId),
    or(eq(policies.pullNumber, number), isNull(policies.pullNumber)),
    isNull(policies.revokedAt),
  );

/** Those that hold for the pull request, the oldest first. */
export async function listDismissals(db: Db, pull: PullKey): Promise<readonly Dismissal[]> {
  const { fingerprint, cwe, path, evidence, reason, actor, pullNumber } = policies;
  const rows = await db
    .select({ fingerprint, cwe, path, evidence, reason, actor, pullNumber })
    .from(policies)
    .where(inForce(pull))
    .orderBy(asc(policies.id));
  return rows.map(({ pullNumber: number, ...dismissal }) => ({ ...dismissal, scope: number === null ? 'repository' : 'pull' }));
}

/**
 * A later dismissal of a finding takes the place of an earlier one in the same scope. Other pull requests of the
 * repository hear of one that is for them, too, at their next scan. `tx` holds the repository's row.
 */
export async function storeDismissal(tx: Db, pull: PullKey, { scope, ...dismissal }: Dismissal): Promise<void> {
  const pullNumber = scope === 'pull' ? pull.number : null;
  const sameScope = pullNumber === null ? isNull(policies.pullNumber) : eq(policies.pullNumber, pullNumber);
  const replaced = await tx
    .update(policies)
    .set({ ...dismissal, createdAt: sql`now()` })
    .where(and(inForce(pull), sameScope, eq(policies.fingerprint, dismissal.fingerprint)))
    .returning({ id: policies.id });
  if (replaced.length === 0) await tx.insert(policies).values({ ...dismissal, repositoryId: pull.repositoryId, pullNumber });
  await markDismissed(tx, pull, dismissal.fingerprint);
}

/** The finding is remembered as dismissed until the next scan: that one then says that it is back. */
export async function revokeDismissals(tx: Db, pull: PullKey, fingerprint: string, actor: string): Promise<boolean> {
  const revoked = await tx
    .update(policies)
    .set({ revokedAt: sql`now()`, revokedBy: actor })
    .where(and(inForce(pull), eq(policies.fingerprint, fingerprint)))
    .returning({ id: policies.id });
  return revoked.length > 0;
}
