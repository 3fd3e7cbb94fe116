import { sql } from 'drizzle-orm';
import { bigint, bigserial, boolean, doublePrecision, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { FindingState, SuppressedBy } from '#model/finding.ts';
import type { OutcomeKind } from '#model/outcome.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { Conclusion, ScanResult } from '#model/scan-result.ts';
import type { Severity } from '#model/severity.ts';
import type { ScanStatus } from '#ports/store.ts';
import { exactJson, time, untrustedText } from './columns.ts';

/** Repositories that asked for a review, with the installation through which they are reached. */
export const repositories = pgTable(
  'repositories',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    owner: text('owner').notNull(),
    name: text('name').notNull(),
    installationId: bigint('installation_id', { mode: 'number' }).notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [unique('repositories_owner_name').on(table.owner, table.name)],
);

/**
 * One review of one head. The lease says who works on it and until when the others keep away. A merge group has the number
 * 0; a scan that no pull request asked for has no repository, number, head and base.
 */
export const scans = pgTable(
  'scans',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    repositoryId: bigint('repository_id', { mode: 'number' }).references(() => repositories.id),
    pullNumber: integer('pull_number'),
    headSha: text('head_sha'),
    baseSha: text('base_sha'),
    attempt: integer('attempt').notNull(),
    status: text('status').$type<ScanStatus>().notNull().default('queued'),
    /** How often it was claimed. */
    tries: integer('tries').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseExpiresAt: time('lease_expires_at'),
    /** Without a lease, a worker should have taken it by now; after this it counts as abandoned. */
    dueAt: time('due_at').notNull(),
    conclusion: text('conclusion').$type<Conclusion>(),
    /** Why it ended as it did. */
    reason: untrustedText('reason'),
    result: exactJson<ScanResult>('result'),
    /** What the result was made from, so that it can be merged again; given up where there are too many. */
    record: exactJson<Omit<ScanRecord, 'result'>>('record'),
    recordedAt: time('recorded_at'),
    /** Since then something asks for its end; see `LeaseState`. */
    passedAt: time('passed_at'),
    /** When its publication was complete and its findings were remembered. */
    settledAt: time('settled_at'),
    createdAt: time('created_at').notNull().defaultNow(),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
  },
  (table) => [
    unique('scans_one_per_head').on(table.repositoryId, table.pullNumber, table.headSha, table.baseSha, table.attempt),
    index('scans_created_at').on(table.createdAt),
    index('scans_open').on(table.dueAt).where(sql`status in ('queued', 'running')`),
    index('scans_recorded').on(table.recordedAt).where(sql`record is not null`),
  ],
);

const scanId = () =>
  uuid('scan_id')
    .notNull()
    .references(() => scans.id, { onDelete: 'cascade' });

/** The coverage ledger, summed for each file of a scan. */
export const scanFiles = pgTable(
  'scan_files',
  {
    scanId: scanId(),
    position: integer('position').notNull(),
    path: untrustedText('path').notNull(),
    hunks: integer('hunks').notNull(),
    reviewed: integer('reviewed').notNull(),
    partial: integer('partial').notNull(),
    uncovered: integer('uncovered').notNull(),
    skipped: integer('skipped').notNull(),
    notApplicable: integer('not_applicable').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.position] })],
);

/** Findings as columns, to be asked for across scans; the whole finding is in `scans.result`. */
export const findings = pgTable(
  'findings',
  {
    scanId: scanId(),
    /** Place in the scan's list, from 0. */
    position: integer('position').notNull(),
    findingId: text('finding_id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    cwe: text('cwe'),
    title: untrustedText('title').notNull(),
    severity: text('severity').$type<Severity>().notNull(),
    confidence: doublePrecision('confidence'),
    path: untrustedText('path').notNull(),
    startLine: bigint('start_line', { mode: 'number' }).notNull(),
    endLine: bigint('end_line', { mode: 'number' }).notNull(),
    state: text('state').$type<FindingState>().notNull(),
    suppressedBy: text('suppressed_by').$type<SuppressedBy>(),
    votesFor: integer('votes_for').notNull(),
    votesOf: integer('votes_of').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.position] })],
);

/**
 * One row for each call of a model. Numbers that are not known are null, never 0. Token counts are what a server
 * claimed, and some claim nonsense: the column takes any number.
 */
export const modelExecutions = pgTable(
  'model_executions',
  {
    scanId: scanId(),
    position: integer('position').notNull(),
    modelId: untrustedText('model_id').notNull(),
    role: text('role').notNull(),
    /** The model whose seat it took. */
    standsInFor: untrustedText('stands_in_for'),
    chunkId: text('chunk_id').notNull(),
    outcome: text('outcome').$type<OutcomeKind>().notNull(),
    reason: untrustedText('reason'),
    claims: integer('claims').notNull(),
    cached: boolean('cached').notNull().default(false),
    tokensIn: doublePrecision('tokens_in'),
    tokensOut: doublePrecision('tokens_out'),
    costUsd: doublePrecision('cost_usd'),
    latencyMs: doublePrecision('latency_ms'),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.position] }), index('model_executions_model_id').on(table.modelId)],
);

/**
 * Deliveries that were accepted. A row is written in the transaction that also records the scan and its job, so a row
 * means that everything the delivery asked for is on record: there is no half-accepted delivery to take up again.
 */
export const webhookDeliveries = pgTable('webhook_deliveries', {
  guid: text('guid').primaryKey(),
  event: text('event').notNull(),
  action: text('action'),
  scanId: uuid('scan_id').references(() => scans.id, { onDelete: 'set null' }),
  receivedAt: time('received_at').notNull().defaultNow(),
});

/** What is going to be posted and what was posted where: the outbox. */
export const publications = pgTable(
  'publications',
  {
    scanId: scanId(),
    /** See `PublicationLog`. */
    key: text('key').notNull(),
    /** Null until its end is on record. */
    remoteId: text('remote_id'),
    /** Null where nothing was announced before it was posted. */
    begunAt: time('begun_at'),
    /** When its end was recorded; until then, as `begun_at`. */
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.key] })],
);
