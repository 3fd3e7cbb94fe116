import { type Command, Option } from 'commander';
import { listPresets } from '#models/presets/presets.ts';
import { safeText } from '../safe-text.ts';
import type { ModelsDeps } from './desk.ts';
import { countOf, textTable } from './text-table.ts';

/** `aegis models presets`: what `aegis models register --preset` knows. */
export function addPresets(models: Command, deps: Pick<ModelsDeps, 'io' | 'exit'>): Command {
  return models
    .command('presets')
    .description('List the presets and the catalogue of current models.')
    .addOption(new Option('--format <format>', 'how the list is written').choices(['pretty', 'json']).default('pretty'))
    .action(({ format }: { format: 'pretty' | 'json' }) => {
      const presets = listPresets();
      if (format === 'json') deps.io.out(`${JSON.stringify(presets, null, 2)}\n`);
      else {
        const rows = presets.map(({ id, aliases, definition }) => [
          id,
          definition.provider,
          definition.model,
          (definition.roles ?? []).join(', '),
          aliases.join(', '),
        ]);
        const columns = ['preset', 'type', 'model', 'roles', 'other names'].map((name) => ({ name }));
        deps.io.out(safeText(`${countOf(presets.length, 'preset')}\n${textTable(columns, rows)}`));
      }
      deps.exit(0);
    });
}
