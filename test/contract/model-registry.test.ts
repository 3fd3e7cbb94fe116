import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileRecords } from '#models/registry/file-records.ts';
import { createMemoryRecords } from '#models/registry/memory-records.ts';
import type { ModelRecords } from '#ports/model-records.ts';
import { REGISTRY_PARTS } from '../fakes/registry-parts.ts';
import { examineRegistry } from './model-registry.ts';

examineRegistry('a registry in memory', async () => {
  let records: ModelRecords = createMemoryRecords();
  return {
    open: () => records,
    clear: async () => {
      records = createMemoryRecords();
    },
    close: async () => {},
  };
});

examineRegistry('a registry in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aegis-registry-'));
  const path = join(folder, 'new', 'models.yml');
  return {
    open: () => createFileRecords(path, REGISTRY_PARTS),
    clear: () => rm(path, { force: true }),
    close: () => rm(folder, { recursive: true }),
  };
});
