import { and, eq, inArray, ne, not, sql } from 'drizzle-orm';
import type { CallRecord, ModelRecords } from '#ports/model-records.ts';
import type { Database, Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { readModels } from './read-models.ts';
import { modelExecutions, scans } from './schema.ts';
import { writeModels } from './write-models.ts';

/** Any number will do that no other program in the same database uses for its advisory lock. */
const REGISTRY_LOCK = 4_151_520;

/** A model that was called within this time is in use: its scans are still looked at, and run again. */
const IN_USE_DAYS = 30;

/** Older calls say little of a server as it is now. */
const RECORD_DAYS = 90;

/** The registry in a migrated database, for any number of processes. Faults of the database leave as `UnavailableError`. */
export function createDatabaseRecords({ db, place }: Pick<Database, 'db' | 'place'>): ModelRecords {
  return {
    place,
    read: guardDatabase('read the models', () =>
      db.transaction(async (tx) => (await readModels(tx)).state, { isolationLevel: 'repeatable read', accessMode: 'read only' }),
    ),
    change: (edit) =>
      guardDatabase('store the models', () =>
        db.transaction(
          async (tx) => {
            await tx.execute(sql`select pg_advisory_xact_lock(${REGISTRY_LOCK})`);
            const before = await readModels(tx);
            const { state, result } = edit(before.state);
            if (state !== before.state) await writeModels(tx, before, state);
            return result;
          },
          // Each statement sees what was committed before it: the one after the lock, what the last writer wrote.
          { isolationLevel: 'read committed' },
        ),
      )(),
    usesOf: guardDatabase('look up who uses a model', (modelId) => describeUses(db, modelId)),
    callRecords: guardDatabase('count calls', () => countCalls(db)),
  };
}

const isOpen = inArray(scans.status, ['queued', 'running']);

async function describeUses(db: Db, modelId: string): Promise<readonly string[]> {
  const called = and(eq(modelExecutions.modelId, modelId), ne(modelExecutions.outcome, 'skipped'));
  const count = sql<string>`count(distinct ${scans.id})`;
  // What a scan calls is on record when it has ended, so one that is under way may call any model.
  const [open] = await db.select({ count: sql<string>`count(*)` }).from(scans).where(isOpen);
  const [ended] = await db
    .select({ count, last: sql<string | null>`to_char(max(${scans.createdAt}) at time zone 'UTC', 'YYYY-MM-DD')` })
    .from(scans)
    .innerJoin(modelExecutions, eq(modelExecutions.scanId, scans.id))
    .where(and(called, not(isOpen), since(IN_USE_DAYS)));
  const [underWay, recent] = [Number(open?.count ?? 0), Number(ended?.count ?? 0)];
  return [
    ...(underWay > 0 ? [`${underWay === 1 ? '1 scan is' : `${underWay} scans are`} under way and may call it`] : []),
    ...(recent > 0
      ? [`${recent === 1 ? '1 scan' : `${recent} scans`} of the last ${IN_USE_DAYS} days called it, on ${ended?.last} last`]
      : []),
  ];
}

/** Calls that were made: an answer from the cache and a call that was skipped say nothing of the model. */
async function countCalls(db: Db): Promise<ReadonlyMap<string, CallRecord>> {
  const rows = await db
    .select({
      modelId: modelExecutions.modelId,
      calls: sql<string>`count(*)`,
      answered: sql<string>`count(*) filter (where ${modelExecutions.outcome} = 'answered')`,
    })
    .from(modelExecutions)
    .innerJoin(scans, eq(scans.id, modelExecutions.scanId))
    .where(and(ne(modelExecutions.outcome, 'skipped'), eq(modelExecutions.cached, false), since(RECORD_DAYS)))
    .groupBy(modelExecutions.modelId);
  return new Map(rows.map(({ modelId, calls, answered }) => [modelId, { calls: Number(calls), answered: Number(answered) }]));
}

function since(days: number) {
  return sql`${scans.createdAt} > now() - ${days}::double precision * interval '1 day'`;
}
