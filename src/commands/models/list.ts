import { type Command, Option } from 'commander';
import { InputError } from '#model/errors.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelsDeps, stateOf } from './desk.ts';
import { countOf, textTable } from './text-table.ts';

interface ListOptions extends DeskOptions {
  readonly type?: string;
  readonly role?: string;
  readonly status?: 'registered' | 'disabled' | 'unavailable';
  readonly availability?: 'unknown' | 'available' | 'unavailable';
  readonly best?: boolean;
  readonly format: 'pretty' | 'json';
}

/** `aegis models list`: what is registered. */
export function addList(models: Command, deps: ModelsDeps): Command {
  return models
    .command('list')
    .description('List the registered models.')
    .addOption(new Option('--type <type>', 'only models of this type').choices(deps.providers.map(({ type }) => type)))
    .option('--role <role>', 'only models that have this role, the best one first')
    .addOption(new Option('--status <status>', 'only models with this status').choices(['registered', 'disabled', 'unavailable']))
    .addOption(
      new Option('--availability <availability>', 'only models that were found so').choices(['unknown', 'available', 'unavailable']),
    )
    .option('--best', 'with --role: only the model that the role would be given to')
    .addOption(new Option('--format <format>', 'how the list is written').choices(['pretty', 'json']).default('pretty'))
    .action(async ({ best, format, ...options }: ListOptions) => {
      if (best === true && options.role === undefined)
        throw new InputError('--best needs a role', { hint: 'Name it: `aegis models list --role deep_scan --best`.' });
      await atDesk(deps, options, async ({ registry }) => {
        const { type, role, status, availability } = options;
        const filtered = await registry.list({ type, role, status, availability });
        const ranked = role === undefined ? filtered : await registry.modelsForRole(role);
        const ordered = role === undefined ? filtered : [...ranked, ...filtered].filter(uniqueIn(filtered));
        const first = best === true && role !== undefined ? await registry.bestModelForRole(role) : null;
        const listed = best === true ? filtered.filter(({ model_id }) => model_id === first?.model_id) : ordered;
        if (format === 'json') {
          deps.io.out(`${JSON.stringify(listed, null, 2)}\n`);
          return;
        }
        const rows = listed.map((model) => [
          model.model_id,
          model.model_type,
          model.model_name,
          model.roles.join(', '),
          String(model.weight),
          stateOf(model),
        ]);
        const columns = [...['id', 'type', 'model', 'roles'].map((name) => ({ name })), { name: 'weight', right: true }, { name: 'state' }];
        deps.io.out(safeText(`${countOf(listed.length, 'model')} in ${registry.place}\n`));
        if (listed.length > 0) deps.io.out(safeText(textTable(columns, rows)));
      });
      deps.exit(0);
    });
}

/** Keeps the first of each id, and only what `allowed` holds. */
function uniqueIn(allowed: readonly { readonly model_id: string }[]): (model: { readonly model_id: string }) => boolean {
  const left = new Set(allowed.map(({ model_id }) => model_id));
  return ({ model_id }) => left.delete(model_id);
}
