import { type Command, Option } from 'commander';
import type { KnownParts } from '#config/known-parts.ts';
import { readLayers } from '#config/read-config.ts';
import { readConfigFiles } from '../config-file.ts';
import type { ModelsDeps as BaseDeps } from './desk.ts';
import { addDiscover } from './discover.ts';
import { addHealth } from './health.ts';
import { addHistory } from './history.ts';
import { addList } from './list.ts';
import { addPresets } from './presets.ts';
import { addPull } from './pull.ts';
import { addRegister } from './register.ts';
import { addSearch } from './search.ts';
import { addShow } from './show.ts';
import { addStatus } from './status.ts';
import { addTest } from './test.ts';
import { addTransfer } from './transfer.ts';
import { addWarmth } from './warmth.ts';

export type ModelsDeps = BaseDeps & { readonly known: KnownParts };

/** `aegis models`: the registry, and the servers behind it. */
export function registerModels(program: Command, deps: ModelsDeps): void {
  const models = program
    .command('models')
    .description(
      'Work with the registry of models: the file that reviews on this machine read, or the database of the server where DATABASE_URL is set.',
    );
  const withRegistry = [
    addList(models, deps),
    addShow(models, deps),
    addRegister(models, deps),
    ...addStatus(models, deps, (id) => namedHere(id, deps)),
    ...addHistory(models, deps),
    ...addTransfer(models, deps),
    addHealth(models, deps),
    addTest(models, deps),
    ...addWarmth(models, deps),
  ];
  for (const command of withRegistry)
    command.addOption(
      new Option('--database', "use the registry in the server's database, whatever AEGIS_MODELS_FILE and DATABASE_URL say"),
    );
  addPresets(models, deps);
  addDiscover(models, deps);
  addPull(models, deps);
  addSearch(models, deps);
}

/** The file of this repository's configuration that names the model; null where none does, or it cannot be read. */
async function namedHere(id: string, deps: ModelsDeps): Promise<string | null> {
  const { layers } = await readConfigFiles(deps.cwd, undefined);
  const { config } = readLayers(layers, deps.known);
  const place = [['models'], ['pipeline'], ['consensus', 'weights']].find((path) => names(config.written(path), id));
  const origin = place === undefined ? null : config.origin(place);
  return origin?.kind === 'file' ? origin.source : null;
}

/** Whether an id stands anywhere in a part of a configuration, as a value or as the key of a weight. */
function names(part: unknown, id: string): boolean {
  if (typeof part === 'string') return part === id;
  if (typeof part !== 'object' || part === null) return false;
  return Object.entries(part).some(([key, inner]) => key === id || names(inner, id));
}
