import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '#model/errors.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelsDeps } from './desk.ts';
import { countOf } from './text-table.ts';

/** `aegis models export` and `aegis models import`. */
export function addTransfer(models: Command, deps: ModelsDeps): readonly Command[] {
  const save = models
    .command('export')
    .description('Write the registry as YAML: references to keys, never keys.')
    .option('--output <file>', 'a file instead of standard output')
    .action(async ({ output, ...options }: DeskOptions & { output?: string }) => {
      const text = await atDesk(deps, options, async ({ registry }) => await registry.export());
      if (output === undefined) deps.io.out(text);
      else {
        await writeTo(resolve(deps.cwd, output), text);
        deps.io.err(safeText(`the registry is written to ${output}\n`));
      }
      deps.exit(0);
    });
  const load = models
    .command('import')
    .description('Register all models of a YAML file, or none where one is wrong. Models that it does not name stay.')
    .argument('<file>', 'what `aegis models export` wrote; - reads standard input')
    .action(async (file: string, options: DeskOptions) => {
      const text = file === '-' ? await deps.io.readStdin() : await readFrom(resolve(deps.cwd, file));
      const done = await atDesk(deps, options, async ({ registry }) => await registry.import(text, file === '-' ? 'standard input' : file));
      const count = (change: string) => done.filter((one) => one.change === change).length;
      deps.io.out(
        safeText(
          `${countOf(done.length, 'model')}: ${count('created')} new, ${count('updated')} changed, ${count('unchanged')} as they were\n`,
        ),
      );
      deps.exit(0);
    });
  return [save, load];
}

async function writeTo(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new InputError(`the registry cannot be written to ${path}`, { hint: 'Give --output a path that can be written.', cause });
  }
}

async function readFrom(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`there is no file to read at ${path}`, {
      hint: 'Give the path of an exported registry, or - for standard input.',
      cause,
    });
  }
}
