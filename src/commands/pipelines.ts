import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { readSteps } from '#config/consensus-steps.ts';
import { strategyNames } from '#config/known-parts.ts';
import { nearestFew } from '#lib/nearest.ts';
import { isPipelineName, PIPELINE_NAME_RULE } from '#lib/pipeline-name.ts';
import { readYaml } from '#lib/read-yaml.ts';
import { writeYaml } from '#lib/write-yaml.ts';
import { dotted, type YamlPath } from '#lib/yaml-path.ts';
import { ConfigError, type ConfigProblem, InputError } from '#model/errors.ts';
import type { ConsensusPipeline, ConsensusPipelines } from '#ports/consensus-pipelines.ts';
import { toJsonText } from '#report/json-text.ts';
import type { ArchiveDeps } from './archive-deps.ts';
import { textTable } from './models/text-table.ts';
import { safeText } from './safe-text.ts';

interface Where {
  readonly database?: boolean;
}

/** `aegis pipelines`: consensus pipelines that `.aegis.yml` and `aegis replay --strategy` name. */
export function registerPipelines(program: Command, deps: ArchiveDeps): void {
  const pipelines = program
    .command('pipelines')
    .description(
      'Work with stored consensus pipelines: in a file beside the registry of models, or in the database of the server where DATABASE_URL is set.',
    );
  const atStore = async <T>(options: Where, work: (store: ConsensusPipelines) => Promise<T>): Promise<T> => {
    const store = await deps.openPipelines({ database: options.database === true });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  const commands = [
    pipelines
      .command('list')
      .description('List the stored pipelines.')
      .addOption(new Option('--format <format>', 'how the list is written').choices(['pretty', 'json']).default('pretty'))
      .action(async ({ format, ...options }: Where & { format: 'pretty' | 'json' }) => {
        const stored = await atStore(options, async (store) => await store.list());
        deps.io.out(format === 'json' ? toJsonText(stored) : safeText(showList(stored)));
        deps.exit(0);
      }),
    pipelines
      .command('show')
      .description('Write a pipeline as YAML, as `save` takes it.')
      .argument('<name>', 'its name')
      .action(async (name: string, options: Where) => {
        const { description, steps } = pick(name, await atStore(options, async (store) => await store.list()));
        deps.io.out(safeText(writeYaml({ ...(description === '' ? {} : { description }), steps })));
        deps.exit(0);
      }),
    pipelines
      .command('save')
      .description('Store a pipeline, or put it in the place of the one with its name.')
      .argument('<name>', 'by which `consensus.pipeline` names it')
      .argument('<file>', 'YAML: a list of steps as in `consensus.steps`, or a mapping of description and steps; - reads standard input')
      .option('--description <text>', 'what it is for, in the place of the description in the file')
      .action(async (name: string, file: string, options: Where & { description?: string }) => {
        checkName(name, deps);
        const text = file === '-' ? await deps.io.readStdin() : await readFrom(resolve(deps.cwd, file));
        const written = readWritten(text, file === '-' ? 'standard input' : file, deps.known.strategies);
        await atStore(options, async (store) => await store.save({ name, ...written, ...pickDescription(options) }));
        deps.io.out(safeText(`${name} is stored; use it as consensus.pipeline: ${name}\n`));
        deps.exit(0);
      }),
    pipelines
      .command('remove')
      .description('Remove a stored pipeline.')
      .argument('<name>', 'its name')
      .action(async (name: string, options: Where) => {
        await atStore(options, async (store) => {
          if (!(await store.remove(name))) pick(name, await store.list());
        });
        deps.io.out(safeText(`${name} is removed\n`));
        deps.exit(0);
      }),
  ];
  for (const command of commands)
    command.addOption(
      new Option('--database', "use the pipelines in the server's database, whatever AEGIS_MODELS_FILE and DATABASE_URL say"),
    );
}

function showList(stored: readonly ConsensusPipeline[]): string {
  if (stored.length === 0) return 'no consensus pipeline is stored\n';
  const rows = stored.map(({ name, description, steps }) => [name, steps.map(nameStep).join(' → '), description]);
  return textTable(
    ['name', 'steps', 'description'].map((name) => ({ name })),
    rows,
  );
}

/** `vote majority_vote`, `judge`: what a step does. */
function nameStep(step: Readonly<Record<string, unknown>>): string {
  const { vote } = step;
  return typeof vote === 'string' ? `vote ${vote}` : Object.keys(step).join(' ');
}

function pick(name: string, stored: readonly ConsensusPipeline[]): ConsensusPipeline {
  const found = stored.find((one) => one.name === name);
  if (found !== undefined) return found;
  const near = nearestFew(
    name,
    stored.map((one) => one.name),
  );
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`aegis pipelines list` shows which there are.';
  throw new InputError(`there is no consensus pipeline ${name}`, { hint });
}

/** A name that is also a strategy would mean two things to `aegis replay --strategy`. */
function checkName(name: string, deps: Pick<ArchiveDeps, 'known'>): void {
  if (!isPipelineName(name)) throw new InputError(`${name} is no name of a pipeline`, { hint: `It ${PIPELINE_NAME_RULE}.` });
  if (strategyNames(deps.known).includes(name)) throw new InputError(`${name} is the name of a strategy`, { hint: 'Take another name.' });
}

function pickDescription({ description }: { readonly description?: string }): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

/** Throws `ConfigError` with everything that is wrong, each with its place. */
function readWritten(text: string, source: string, strategies: readonly string[]): Pick<ConsensusPipeline, 'description' | 'steps'> {
  const yaml = readYaml(text);
  const whole = isMapping(yaml.value) ? yaml.value : { steps: yaml.value };
  const home: YamlPath = isMapping(yaml.value) ? ['steps'] : [];
  const problems: ConfigProblem[] = [...yaml.problems];
  const note = (path: YamlPath, message: string, at: 'key' | 'value' = 'value') =>
    problems.push({ ...yaml.place(path, at), key: dotted(path), message });
  const { steps, description = '', ...others } = whole;
  if (problems.length === 0) {
    for (const key of Object.keys(others)) note([key], 'is not known here; a pipeline has `description` and `steps`', 'key');
    if (typeof description !== 'string') note(['description'], 'must be a text');
    const read = readSteps(steps, strategies);
    if ('problems' in read)
      for (const fault of read.problems) note([...home, ...fault.path], fault.message, fault.kind === 'unknown-key' ? 'key' : 'value');
  }
  const listed = Array.isArray(steps) ? steps.filter(isMapping) : [];
  if (problems.length > 0 || typeof description !== 'string')
    throw new ConfigError(source, problems, `Mend ${source}; nothing was stored.`);
  return { description, steps: listed };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readFrom(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`there is no file to read at ${path}`, {
      hint: 'Give the path of a YAML file with the steps, or - for standard input.',
      cause,
    });
  }
}
