import { type Command, Option } from 'commander';
import type { RegisteredModel } from '#model/registered-model.ts';
import type { Health } from '#ports/provider.ts';
import { oneLine } from '#report/plain-text.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelDesk, type ModelsDeps } from './desk.ts';

type Checked = Health & { readonly model_id: string };

/** `aegis models health`: which models can be called now. What was found is kept in the registry. */
export function addHealth(models: Command, deps: ModelsDeps): Command {
  return models
    .command('health')
    .description('Ask models whether they can be called now, and keep what they say. Exit code: 1 when one cannot, else 0.')
    .argument('[id...]', 'registered ids (default: all that are enabled)')
    .addOption(new Option('--format <format>', 'how it is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (ids: string[], options: DeskOptions & { format: 'pretty' | 'json' }) => {
      const checked = await atDesk(deps, options, async (desk) => {
        const asked =
          ids.length > 0 ? await Promise.all(ids.map((id) => desk.registry.get(id))) : await desk.registry.list({ status: 'registered' });
        return await checkAll(asked, desk, deps);
      });
      if (options.format === 'json') deps.io.out(`${JSON.stringify(checked, null, 2)}\n`);
      else {
        const width = Math.max(0, ...checked.map(({ model_id }) => model_id.length));
        for (const { model_id, available, detail } of checked)
          deps.io.out(safeText(`${available ? '✔' : '✖'} ${model_id.padEnd(width)}  ${oneLine(detail)}\n`));
      }
      deps.exit(checked.some(({ available }) => !available) ? 1 : 0);
    });
}

async function checkAll(asked: readonly RegisteredModel[], desk: ModelDesk, deps: ModelsDeps): Promise<Checked[]> {
  const checked = await Promise.all(asked.map(async (model) => ({ model_id: model.model_id, ...(await desk.health(model, deps.signal)) })));
  deps.signal.throwIfAborted();
  for (const { model_id, available } of checked)
    await desk.registry.updateAvailability(model_id, available ? 'available' : 'unavailable', deps.now());
  return checked;
}
