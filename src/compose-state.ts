import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createFileJudgements } from './archive/file-judgements.ts';
import { createFilePipelines } from './archive/file-pipelines.ts';
import { createFileScanRecords } from './archive/file-scan-records.ts';
import { cacheFolder, providerOf, type ScannerParts } from './compose.ts';
import { createProviderEnv } from './compose-env.ts';
import type { Environment } from './config/env.ts';
import { installationSecret } from './config/installation-secret.ts';
import { createFileAnswerCache } from './models/calls/answers/file-answer-cache.ts';
import { layerAnswerCaches } from './models/calls/answers/layered-answer-cache.ts';
import { createMemoryAnswerCache } from './models/calls/answers/memory-answer-cache.ts';
import { createFileQuirks, createMemoryQuirks } from './models/calls/file-quirks.ts';
import { pricePerMillion } from './models/calls/price-call.ts';
import { createFileRecords } from './models/registry/file-records.ts';
import { createFileSecrets } from './models/registry/file-secrets.ts';
import { createModelRegistry } from './models/registry/model-registry.ts';
import type { ConsensusPipelines } from './ports/consensus-pipelines.ts';
import type { ModelRecords } from './ports/model-records.ts';
import type { ModelRegistry } from './ports/model-registry.ts';
import type { Health } from './ports/provider.ts';
import type { Asked } from './ports/runner.ts';
import type { ScanRecords } from './ports/scan-records.ts';
import type { SecretStore } from './ports/secret-store.ts';
import { registry as plugins } from './registry.ts';

/** Room for answers in memory and behind it, bytes: an answer has about 2 kB. */
const MEMORY_BYTES = 32 * 1024 * 1024;
export const KEPT_BYTES = 256 * 1024 * 1024;

/** Everything that is kept between runs. */
export interface KeptState extends ScannerParts {
  readonly registry: ModelRegistry;
  /** Scans that can be merged again. */
  readonly records: ScanRecords;
  readonly pipelines: ConsensusPipelines;
  /** What of stored keys needs no key to decrypt them with. */
  readonly secretNames: Pick<SecretStore, 'list' | 'remove'>;
  /** Keeps what a check found; latency in milliseconds. */
  noteHealth(modelId: string, health: Health & { readonly latencyMs: number }): Promise<void>;
  /** Keeps how a question by hand was answered. */
  noteTest(modelId: string, prompt: string, asked: Asked): Promise<void>;
  close(): Promise<void>;
}

/** The state of a person's own machine: files in the configuration and cache folders. Opens nothing before it is used. */
export function openFileState(env: Environment): KeptState {
  const cache = cacheFolder(env);
  const modelsFile = modelsFileOf(env);
  const configFolder = dirname(modelsFile);
  const secrets = createFileSecrets(`${modelsFile}.secrets`, env.secretKey ?? '');
  return {
    registry: registryOver(createFileRecords(modelsFile, plugins), env),
    records: createFileScanRecords(join(cache, 'runs'), undefined, basename(process.cwd())),
    // What a person decided and wrote does not go with a cache.
    judgements: createFileJudgements(join(configFolder, 'judgements.json')),
    pipelines: createFilePipelines(join(configFolder, 'pipelines.yml')),
    secrets: env.secretKey === undefined ? null : secrets,
    secretNames: secrets,
    quirks: createFileQuirks(join(cache, 'quirks.json')),
    cache: withMemory(createFileAnswerCache(join(cache, 'answers'), { maxBytes: KEPT_BYTES })),
    fenceSecret: () => installationSecret(cache),
    // A file keeps what is, not what was.
    noteHealth: async () => undefined,
    noteTest: async () => undefined,
    close: async () => undefined,
  };
}

/** Answers in memory before those that are kept elsewhere. */
export function withMemory(behind: ScannerParts['cache']): ScannerParts['cache'] {
  return layerAnswerCaches(createMemoryAnswerCache({ maxBytes: MEMORY_BYTES }), behind);
}

/** `AEGIS_MODELS_FILE`, else `models.yml` in the configuration folder of the system. */
export function modelsFileOf(env: Environment): string {
  return env.modelsFile ?? join(env.xdgConfigHome ?? join(homedir(), '.config'), 'aegis', 'models.yml');
}

/** The registry with its rules over wherever it is kept. */
export function registryOver(records: ModelRecords, env: Environment): ModelRegistry {
  // What a model costs needs no key.
  const parts = { secrets: new Map(), quirks: createMemoryQuirks(), caller: { owned: false, repository: null } };
  const providerEnv = createProviderEnv(env, parts);
  return createModelRegistry(records, {
    providers: plugins.providers,
    parsers: plugins.parsers,
    now: () => new Date().toISOString(),
    priceOf: (entry) => pricePerMillion({ entry, provider: providerOf(entry), env: providerEnv }),
  });
}
