import type { Command } from 'commander';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelsDeps } from './desk.ts';

/** `aegis models warm` and `aegis models unload`: what a model holds in memory. */
export function addWarmth(models: Command, deps: ModelsDeps): readonly Command[] {
  const warm = models
    .command('warm')
    .description('Have the server of a model load it, so that the first call is fast.')
    .argument('<id>', 'a registered id')
    .action(async (id: string, options: DeskOptions) => {
      const loads = await atDesk(deps, options, async (desk) => await desk.warmUp(await desk.registry.get(id), deps.signal));
      deps.io.out(safeText(loads ? `${id} is warm\n` : `${id} has nothing to load\n`));
      deps.exit(0);
    });
  const unload = models
    .command('unload')
    .description('Have the server of a model free the memory that it holds.')
    .argument('<id>', 'a registered id')
    .action(async (id: string, options: DeskOptions) => {
      const frees = await atDesk(deps, options, async (desk) => await desk.unload(await desk.registry.get(id)));
      deps.io.out(safeText(frees ? `${id} is unloaded\n` : `${id} holds nothing that could be freed\n`));
      deps.exit(0);
    });
  return [warm, unload];
}
