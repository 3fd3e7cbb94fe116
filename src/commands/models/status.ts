import type { Command } from 'commander';
import { InputError } from '#model/errors.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelsDeps } from './desk.ts';

/** `aegis models enable`, `disable`, `remove` and `rename`. `namedHere` says where this repository names a model. */
export function addStatus(models: Command, deps: ModelsDeps, namedHere: (id: string) => Promise<string | null>): readonly Command[] {
  const say = (text: string) => deps.io.out(safeText(`${text}\n`));
  const enable = models
    .command('enable')
    .description('Let a model take part again.')
    .argument('<id>', 'a registered id')
    .action(async (id: string, options: DeskOptions) => {
      await atDesk(deps, options, async ({ registry }) => await registry.updateStatus(id, 'registered'));
      say(`${id} is enabled`);
      deps.exit(0);
    });
  const disable = models
    .command('disable')
    .description('Leave a model out of every review until it is enabled again.')
    .argument('<id>', 'a registered id')
    .action(async (id: string, options: DeskOptions) => {
      await atDesk(deps, options, async ({ registry }) => await registry.updateStatus(id, 'disabled'));
      say(`${id} is disabled`);
      deps.exit(0);
    });
  const remove = models
    .command('remove')
    .description('Remove a model with its history.')
    .argument('<id>', 'a registered id')
    .option('--force', 'also when it is in use')
    .action(async (id: string, options: DeskOptions & { force?: boolean }) => {
      await atDesk(deps, options, async ({ registry }) => {
        await registry.get(id);
        const place = options.force === true ? null : await namedHere(id);
        if (place !== null) {
          throw new InputError(`the model ${id} is in use: ${place} names it`, {
            hint: 'Take it out there first, or remove it all the same with --force.',
          });
        }
        await registry.delete(id, { force: options.force === true });
      });
      say(`${id} is removed`);
      deps.exit(0);
    });
  const rename = models
    .command('rename')
    .description('Give a model another id; its history goes with it.')
    .argument('<id>', 'a registered id')
    .argument('<new-id>', 'the id from now on')
    .action(async (id: string, newId: string, options: DeskOptions) => {
      await atDesk(deps, options, async ({ registry }) => await registry.rename(id, newId));
      say(`${id} is ${newId} now`);
      deps.exit(0);
    });
  return [enable, disable, remove, rename];
}
