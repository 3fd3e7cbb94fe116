import { type Command, InvalidArgumentError, Option } from 'commander';
import { safeText } from '../safe-text.ts';
import type { ModelsDeps } from './desk.ts';
import { countOf, textTable } from './text-table.ts';

const MOST = 100;

/** `aegis models search`: the hub of Hugging Face. */
export function addSearch(models: Command, deps: ModelsDeps): Command {
  return models
    .command('search')
    .description('Search the Hugging Face hub.')
    .argument('<query>', 'words of the name of a model')
    .option('--task <task>', 'only models for this task: text-classification, token-classification, text-generation')
    .option('--limit <count>', 'how many are listed', readLimit, 20)
    .addOption(new Option('--format <format>', 'how the list is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (query: string, { task, limit, format }: { task?: string; limit: number; format: 'pretty' | 'json' }) => {
      const found = await deps.searchHub(query, { limit, ...(task === undefined ? {} : { task }) }, deps.signal);
      if (format === 'json') deps.io.out(`${JSON.stringify(found, null, 2)}\n`);
      else {
        const rows = found.map(({ name, task: does, downloads, hasOnnx, hasGguf, gated }) => [
          name,
          does ?? '–',
          String(downloads ?? '–'),
          [hasOnnx ? 'ONNX' : '', hasGguf ? 'GGUF' : '', gated ? 'gated' : ''].filter((word) => word !== '').join(', '),
        ]);
        const columns = [{ name: 'model' }, { name: 'task' }, { name: 'downloads', right: true }, { name: 'has' }];
        deps.io.out(safeText(`${countOf(found.length, 'model')}\n${found.length === 0 ? '' : textTable(columns, rows)}`));
      }
      deps.exit(0);
    });
}

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST) throw new InvalidArgumentError(`A whole number from 1 to ${MOST}.`);
  return limit;
}
