import { createFileRecords } from '#models/registry/file-records.ts';
import { createModelRegistry } from '#models/registry/model-registry.ts';
import { modelEntry, REGISTRY_PARTS } from './registry-parts.ts';

// Registers models of its own and changes one that it shares with others: `PATH NAME COUNT`.
const [path = '', name = '', count = '0'] = process.argv.slice(2);
const registry = createModelRegistry(createFileRecords(path, REGISTRY_PARTS), { ...REGISTRY_PARTS, now: () => new Date().toISOString() });

for (let index = 0; index < Number(count); index += 1) {
  await registry.register(modelEntry(`${name}${index}`));
  await registry.register(modelEntry('shared', { weight: name.charCodeAt(0) + index / 100 }));
}
