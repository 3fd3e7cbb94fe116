import { type Command, Option } from 'commander';
import { InputError } from '#model/errors.ts';
import { safeText } from '../safe-text.ts';
import type { DiscoverOptions, ModelsDeps } from './desk.ts';
import { countOf, sizeText, textTable } from './text-table.ts';

const COLUMNS = [
  { name: 'model' },
  { name: 'size', right: true },
  { name: 'parameters', right: true },
  { name: 'quantisation' },
  { name: 'context', right: true },
  { name: 'family' },
  { name: 'loaded' },
];

/** `aegis models discover`: which models a server has. */
export function addDiscover(models: Command, deps: ModelsDeps): Command {
  const types = deps.providers.filter(({ discovers }) => discovers).map(({ type }) => type);
  return models
    .command('discover')
    .description('List the models that a server has, with sizes, quantisation and context length where it tells them.')
    .argument('[type]', `through which provider: ${types.join(', ')}`, types[0])
    .option('--base-url <url>', "the server's address (default: the provider's own, or what the environment says)")
    .option('--api-key <reference>', 'where its key is kept: env:NAME or secret:NAME')
    .addOption(new Option('--format <format>', 'how the list is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (type: string, options: DiscoverOptions & { format: 'pretty' | 'json' }) => {
      if (!types.includes(type)) {
        throw new InputError(`models of the type ${type} cannot be discovered`, { hint: `These can: ${types.join(', ')}.` });
      }
      const found = await deps.discover(type, options, deps.signal);
      if (options.format === 'json') deps.io.out(`${JSON.stringify(found, null, 2)}\n`);
      else {
        const rows = found.map((model) => [
          model.name,
          sizeText(model.sizeBytes),
          model.parameters ?? '–',
          model.quantisation ?? '–',
          model.contextLength === null ? '–' : String(model.contextLength),
          model.family ?? '–',
          model.loaded === null ? '–' : model.loaded ? 'yes' : 'no',
        ]);
        deps.io.out(safeText(`${countOf(found.length, 'model')}\n${found.length === 0 ? '' : textTable(COLUMNS, rows)}`));
        const first = found[0]?.name;
        // Without them the model would be looked for, and its key sent, elsewhere.
        const where = [
          ...(options.baseUrl === undefined ? [] : [`--base-url ${options.baseUrl}`]),
          ...(options.apiKey === undefined ? [] : [`--api-key ${options.apiKey}`]),
        ];
        const words = [`aegis models register ${type}:${first}`, ...where].join(' ');
        if (first !== undefined) deps.io.err(safeText(`register one with: ${words}\n`));
      }
      deps.exit(0);
    });
}
