import { bigint, bigserial, doublePrecision, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { AnchoredBy } from '#model/candidate.ts';
import type { Severity } from '#model/severity.ts';
import type { JudgementKind } from '#ports/judgements.ts';
import { exactJson, time, untrustedText } from './columns.ts';
import { repositories, scans } from './schema.ts';

/** What single models claimed, to be asked for across scans; the words of each claim are in `scans.result`. */
export const candidates = pgTable(
  'candidates',
  {
    scanId: uuid('scan_id')
      .notNull()
      .references(() => scans.id, { onDelete: 'cascade' }),
    /** Place among the scan's claims, from 0. */
    position: integer('position').notNull(),
    modelId: untrustedText('model_id').notNull(),
    role: text('role').notNull(),
    path: untrustedText('path').notNull(),
    /** As the model named them; null where it named none. Some models name nonsense: the columns take any number. */
    startLine: doublePrecision('start_line'),
    endLine: doublePrecision('end_line'),
    cwe: text('cwe'),
    severity: text('severity').$type<Severity>().notNull(),
    confidence: doublePrecision('confidence'),
    /** Null where the claim is not the one by which its finding was placed for this model. */
    anchoredBy: text('anchored_by').$type<AnchoredBy>(),
    /** Of the finding that it went into; null where the consensus kept none of it. */
    fingerprint: text('fingerprint'),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.position] }), index('candidates_model_id').on(table.modelId)],
);

/** Stored consensus pipelines; see `ConsensusPipelines`. */
export const consensusPipelines = pgTable('consensus_pipelines', {
  name: text('name').primaryKey(),
  description: exactJson<string>('description').notNull(),
  steps: exactJson<Readonly<Record<string, unknown>>[]>('steps').notNull(),
  updatedAt: time('updated_at').notNull().defaultNow(),
});

/** What people decided about findings, the latest word on each; see `Judgements`. */
export const feedback = pgTable(
  'feedback',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** Null for a judgement that belongs to no repository of the server. */
    repositoryId: bigint('repository_id', { mode: 'number' }).references(() => repositories.id, { onDelete: 'cascade' }),
    fingerprint: text('fingerprint').notNull(),
    kind: text('kind').$type<JudgementKind>().notNull(),
    reason: untrustedText('reason').notNull(),
    cwe: text('cwe'),
    language: text('language'),
    models: exactJson<readonly string[]>('models').notNull(),
    at: time('at').notNull().defaultNow(),
  },
  (table) => [index('feedback_fingerprint').on(table.fingerprint)],
);

/**
 * What each scan has set aside and spent, US dollars, for the month (UTC) in which it began to. A scan that is removed
 * leaves its row: its money is spent.
 */
export const spending = pgTable(
  'spending',
  {
    scanId: uuid('scan_id').primaryKey(),
    repositoryId: bigint('repository_id', { mode: 'number' }).references(() => repositories.id, { onDelete: 'cascade' }),
    /** `YYYY-MM`. */
    month: text('month').notNull(),
    usd: doublePrecision('usd').notNull(),
  },
  (table) => [index('spending_repository_month').on(table.repositoryId, table.month)],
);
