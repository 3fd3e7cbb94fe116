import { type Command, Option } from 'commander';
import { describeCovers } from '#model/model-entry.ts';
import type { RegisteredModel } from '#model/registered-model.ts';
import { oneLine } from '#report/plain-text.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelDesk, type ModelsDeps, stateOf } from './desk.ts';

type Learned = Awaited<ReturnType<ModelDesk['learned']>>;

/** `aegis models show`: everything that is known of one model, without any key. */
export function addShow(models: Command, deps: ModelsDeps): Command {
  return models
    .command('show')
    .description('Show one model: its entry, its state, and what was learned about its server.')
    .argument('<id>', 'a registered id')
    .addOption(new Option('--format <format>', 'how it is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (id: string, options: DeskOptions & { format: 'pretty' | 'json' }) => {
      await atDesk(deps, options, async (desk) => {
        const model = await desk.registry.get(id);
        const learned = await desk.learned(model);
        if (options.format === 'json') deps.io.out(`${JSON.stringify({ ...model, learned }, null, 2)}\n`);
        else deps.io.out(safeText(describe(model, learned)));
      });
      deps.exit(0);
    });
}

function describe(model: RegisteredModel, learned: Learned): string {
  const rows: [string, string][] = [
    ['type', model.model_type],
    ['provider', model.provider_id],
    ['model', model.model_name],
    ['roles', model.roles.join(', ')],
    ['parser', withSettings(model.parser_id, model.parser_config)],
    ['covers', describeCovers(model.covers)],
    ['weight', String(model.weight)],
    ['family', model.family],
    ['time limit', `${model.timeout_ms / 1000} s`],
    ['settings', settingsText(model.settings) || 'none'],
    ['state', `${stateOf(model)}${model.availability_checked_at === null ? '' : ` (checked ${model.availability_checked_at})`}`],
    ['version', String(model.version)],
    ...learned.map(({ sentence, value }, at): [string, string] => [
      at === 0 ? 'learned' : '',
      value === null ? sentence : `${sentence}: ${value}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const name = model.display_name === model.model_id ? '' : ` (${oneLine(model.display_name)})`;
  return `${oneLine(model.model_id)}${name}\n${rows.map(([key, text]) => `  ${key.padEnd(width)}  ${oneLine(text)}\n`).join('')}`;
}

function withSettings(name: string, settings: Readonly<Record<string, unknown>>): string {
  const text = settingsText(settings);
  return text === '' ? name : `${name} (${text})`;
}

function settingsText(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
