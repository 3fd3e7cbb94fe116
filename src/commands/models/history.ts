import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelVersion } from '#model/registered-model.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelsDeps } from './desk.ts';
import { textTable } from './text-table.ts';

/** `aegis models versions` and `aegis models rollback`. */
export function addHistory(models: Command, deps: ModelsDeps): readonly Command[] {
  const versions = models
    .command('versions')
    .description('List the versions of a model, newest first, with what each of them changed.')
    .argument('<id>', 'a registered id')
    .addOption(new Option('--format <format>', 'how the list is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (id: string, options: DeskOptions & { format: 'pretty' | 'json' }) => {
      await atDesk(deps, options, async ({ registry }) => {
        const listed = await registry.versions(id);
        if (options.format === 'json') deps.io.out(`${JSON.stringify(listed, null, 2)}\n`);
        else {
          const rows = listed.map((version, at) => [String(version.version), version.created_at, changesOf(version, listed[at + 1])]);
          deps.io.out(safeText(textTable([{ name: 'version', right: true }, { name: 'since' }, { name: 'changed' }], rows)));
        }
      });
      deps.exit(0);
    });
  const rollback = models
    .command('rollback')
    .description('Make an older version the newest one.')
    .argument('<id>', 'a registered id')
    .argument('<version>', 'the version whose content is wanted', readVersion)
    .action(async (id: string, version: number, options: DeskOptions) => {
      const { version: now } = await atDesk(deps, options, async ({ registry }) => await registry.rollback(id, version));
      deps.io.out(safeText(`${id} is as it was in version ${version}; this is version ${now}\n`));
      deps.exit(0);
    });
  return [versions, rollback];
}

function changesOf({ entry }: ModelVersion, before: ModelVersion | undefined): string {
  if (before === undefined) return 'registered';
  const keys = (Object.keys(entry) as (keyof ModelEntry)[]).filter(
    (key) => JSON.stringify(entry[key]) !== JSON.stringify(before.entry[key]),
  );
  return keys.join(', ');
}

function readVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A version is a whole number from 1.');
  return Number(text);
}
