import { bigserial, boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Covers, ModelEntry } from '#model/model-entry.ts';
import type { OutcomeKind } from '#model/outcome.ts';
import type { Availability } from '#model/registered-model.ts';
import type { LearnedQuirk, Reply } from '#ports/provider.ts';
import { exactJson, time, untrustedText } from './columns.ts';

/** Endpoints and accounts behind registered models. What a call needs stands in the model; this is to be asked across. */
export const providers = pgTable('providers', {
  providerId: text('provider_id').primaryKey(),
  modelType: text('model_type').notNull(),
  baseUrl: text('base_url'),
  createdAt: time('created_at').notNull().defaultNow(),
});

/** Registered models. A built-in model has a row once something of it was changed or seen. */
export const models = pgTable(
  'models',
  {
    modelId: text('model_id').primaryKey(),
    /** Place in the order of registration. */
    position: integer('position').notNull(),
    modelType: text('model_type').notNull(),
    providerId: text('provider_id')
      .notNull()
      .references(() => providers.providerId),
    modelName: text('model_name').notNull(),
    displayName: text('display_name').notNull(),
    roles: exactJson<string[]>('roles').notNull(),
    parserId: text('parser_id').notNull(),
    parserConfig: exactJson<Record<string, unknown>>('parser_config').notNull(),
    settings: exactJson<Record<string, unknown>>('settings').notNull(),
    weight: doublePrecision('weight').notNull(),
    family: text('family').notNull(),
    status: text('status').$type<ModelEntry['status']>().notNull(),
    covers: exactJson<Covers>('covers').notNull(),
    timeoutMs: integer('timeout_ms').notNull(),
    availability: text('availability').$type<Availability>().notNull(),
    availabilityCheckedAt: time('availability_checked_at'),
    version: integer('version').notNull(),
  },
  (table) => [index('models_provider_id').on(table.providerId)],
);

/** Every version that a model had. */
export const modelVersions = pgTable(
  'model_versions',
  {
    modelId: text('model_id').notNull(),
    version: integer('version').notNull(),
    createdAt: time('created_at').notNull(),
    entry: exactJson<ModelEntry>('entry').notNull(),
  },
  (table) => [primaryKey({ columns: [table.modelId, table.version] })],
);

/** What health checks found over time. */
export const modelHealth = pgTable(
  'model_health',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    modelId: text('model_id').notNull(),
    available: boolean('available').notNull(),
    detail: untrustedText('detail').notNull(),
    latencyMs: doublePrecision('latency_ms'),
    checkedAt: time('checked_at').notNull().defaultNow(),
  },
  (table) => [index('model_health_model_id').on(table.modelId, table.id)],
);

/** Questions that people put to models, with what came back. */
export const modelTests = pgTable(
  'model_tests',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    modelId: text('model_id').notNull(),
    prompt: exactJson<string>('prompt').notNull(),
    outcome: text('outcome').$type<OutcomeKind>().notNull(),
    reason: untrustedText('reason'),
    answer: exactJson<string>('answer').notNull(),
    tokensIn: doublePrecision('tokens_in'),
    tokensOut: doublePrecision('tokens_out'),
    costUsd: doublePrecision('cost_usd'),
    latencyMs: doublePrecision('latency_ms'),
    testedAt: time('tested_at').notNull().defaultNow(),
  },
  (table) => [index('model_tests_model_id').on(table.modelId, table.id)],
);

/** Keys of model servers. `sealed` is all that is kept of a value. */
export const secrets = pgTable('secrets', {
  name: text('name').primaryKey(),
  hosts: exactJson<string[]>('hosts').notNull(),
  repositories: exactJson<string[]>('repositories').notNull(),
  sealed: text('sealed').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
});

/** Answers that were given before; see `AnswerCache`. */
export const answerCache = pgTable(
  'answer_cache',
  {
    key: text('key').primaryKey(),
    reply: exactJson<Reply>('reply').notNull(),
    bytes: integer('bytes').notNull(),
    usedAt: time('used_at').notNull(),
  },
  (table) => [index('answer_cache_used_at').on(table.usedAt)],
);

/** What was learned about models of servers; see `QuirkMemory`. */
export const modelQuirks = pgTable(
  'model_quirks',
  {
    key: text('key').notNull(),
    quirkId: text('quirk_id').notNull(),
    value: exactJson<LearnedQuirk['value']>('value'),
    learnedAt: time('learned_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.key, table.quirkId] })],
);
