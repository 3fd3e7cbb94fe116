import { sql } from 'drizzle-orm';
import { bigint, bigserial, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { KnownState } from '#model/lifecycle.ts';
import type { Severity } from '#model/severity.ts';
import type { Task } from '#model/task.ts';
import { exactJson, time, untrustedText } from './columns.ts';
import { repositories, scans } from './schema.ts';

const repositoryId = () =>
  bigint('repository_id', { mode: 'number' })
    .notNull()
    .references(() => repositories.id, { onDelete: 'cascade' });

type TaskStatus = 'queued' | 'running' | 'done' | 'failed';

/** What webhooks ask for beside reviews. The lease is as that of a scan. */
export const tasks = pgTable(
  'tasks',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    repositoryId: repositoryId(),
    pullNumber: integer('pull_number').notNull(),
    payload: exactJson<Task>('payload').notNull(),
    status: text('status').$type<TaskStatus>().notNull().default('queued'),
    /** How often it was claimed. */
    tries: integer('tries').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseExpiresAt: time('lease_expires_at'),
    /** As of a scan. */
    dueAt: time('due_at').notNull(),
    /** Why it ended as it did. */
    reason: untrustedText('reason'),
    createdAt: time('created_at').notNull().defaultNow(),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
  },
  (table) => [index('tasks_open').on(table.dueAt).where(sql`status in ('queued', 'running')`)],
);

/** What a person set for one pull request. A row is there once something was set. */
export const pullRequests = pgTable(
  'pull_requests',
  {
    repositoryId: repositoryId(),
    number: integer('number').notNull(),
    /** Login of who paused its reviews; null where nobody did. */
    pausedBy: untrustedText('paused_by'),
    pausedAt: time('paused_at'),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.number] })],
);

/** Every finding that a pull request ever had, as it stands since the last scan that was published; see `KnownFinding`. */
export const findingStates = pgTable(
  'finding_states',
  {
    repositoryId: repositoryId(),
    pullNumber: integer('pull_number').notNull(),
    fingerprint: text('fingerprint').notNull(),
    findingId: text('finding_id').notNull(),
    cwe: text('cwe'),
    title: untrustedText('title').notNull(),
    severity: text('severity').$type<Severity>().notNull(),
    path: untrustedText('path').notNull(),
    startLine: bigint('start_line', { mode: 'number' }).notNull(),
    endLine: bigint('end_line', { mode: 'number' }).notNull(),
    evidence: exactJson<string>('evidence').notNull(),
    state: text('state').$type<KnownState>().notNull(),
    /** Ids of the models that reported it last. */
    models: exactJson<readonly string[]>('models').notNull(),
    firstScanId: uuid('first_scan_id').references(() => scans.id, { onDelete: 'set null' }),
    /** The last that reported it. */
    lastScanId: uuid('last_scan_id').references(() => scans.id, { onDelete: 'set null' }),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.pullNumber, table.fingerprint] })],
);

/** What people told Aegis to leave alone; see `Dismissal`. One that was taken back stays on record. */
export const policies = pgTable(
  'policies',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    repositoryId: repositoryId(),
    /** Null: for all pull requests of the repository. */
    pullNumber: integer('pull_number'),
    fingerprint: text('fingerprint').notNull(),
    cwe: text('cwe'),
    path: exactJson<string>('path').notNull(),
    evidence: exactJson<string>('evidence').notNull(),
    reason: exactJson<string>('reason').notNull(),
    actor: untrustedText('actor').notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    revokedAt: time('revoked_at'),
    revokedBy: untrustedText('revoked_by'),
  },
  (table) => [index('policies_in_force').on(table.repositoryId, table.fingerprint).where(sql`revoked_at is null`)],
);

/** Writes that create content, of the last hour; see `WritePace`. */
export const githubWrites = pgTable(
  'github_writes',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    installationId: bigint('installation_id', { mode: 'number' }).notNull(),
    at: time('at').notNull(),
  },
  (table) => [index('github_writes_installation_at').on(table.installationId, table.at)],
);
