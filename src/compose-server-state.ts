import { KEPT_BYTES, type KeptState, registryOver, withMemory } from './compose-state.ts';
import type { Environment } from './config/env.ts';
import { installationSecret, serverSecret } from './config/installation-secret.ts';
import type { Asked } from './ports/runner.ts';
import { createDatabaseAnswerCache } from './storage/answer-cache.ts';
import { createDatabasePipelines } from './storage/consensus-pipelines.ts';
import type { Database } from './storage/database.ts';
import { createDatabaseJudgements } from './storage/judgements.ts';
import { recordHealth } from './storage/model-health.ts';
import { createDatabaseRecords } from './storage/model-records.ts';
import { recordTest, type TestRecord } from './storage/model-tests.ts';
import { createDatabaseQuirks } from './storage/quirk-memory.ts';
import { createDatabaseScanRecords } from './storage/scan-records.ts';
import { createSecretStore } from './storage/secret-store.ts';

/** The state of a server, in its database. Closing it closes the database. */
export function keepInDatabase(env: Environment, database: Database): KeptState {
  const webhookSecret = env.variable('WEBHOOK_SECRET');
  const secrets = createSecretStore(database.db, env.secretKey ?? '');
  return {
    registry: registryOver(createDatabaseRecords(database), env),
    records: createDatabaseScanRecords(database.db),
    judgements: createDatabaseJudgements(database.db),
    pipelines: createDatabasePipelines(database.db),
    secrets: env.secretKey === undefined ? null : secrets,
    secretNames: secrets,
    quirks: createDatabaseQuirks(database.db),
    cache: withMemory(createDatabaseAnswerCache(database.db, { maxBytes: KEPT_BYTES })),
    fenceSecret: async () => (webhookSecret === undefined ? await installationSecret(env.dataDir) : serverSecret(webhookSecret)),
    noteHealth: async (modelId, health) => await recordHealth(database.db, modelId, health),
    noteTest: async (modelId, prompt, asked) => await recordTest(database.db, modelId, toTest(prompt, asked)),
    close: database.close,
  };
}

function toTest(prompt: string, asked: Asked): Omit<TestRecord, 'testedAt'> {
  if (asked.kind === 'failed') {
    const { reason, latencyMs } = asked;
    return { prompt, outcome: 'failed', reason, answer: '', tokensIn: null, tokensOut: null, costUsd: null, latencyMs };
  }
  const { reply, costUsd, latencyMs } = asked;
  const outcome = ({ complete: 'answered', length: 'truncated', refused: 'refused' } as const)[reply.finish];
  return {
    prompt,
    outcome,
    reason: reply.reason,
    answer: reply.text,
    tokensIn: reply.tokensIn,
    tokensOut: reply.tokensOut,
    costUsd,
    latencyMs,
  };
}
