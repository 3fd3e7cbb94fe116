import { type Command, Option } from 'commander';
import type { KnownParts } from '#config/known-parts.ts';
import { faultsOf } from '#lib/faults.ts';
import { modelDefinition } from '#lib/model-definition.ts';
import { dotted } from '#lib/yaml-path.ts';
import { InputError } from '#model/errors.ts';
import type { Covers } from '#model/model-entry.ts';
import type { RegisteredModel } from '#model/registered-model.ts';
import { definitionOfPreset, findPreset } from '#models/presets/presets.ts';
import type { ModelDefinition } from '#models/registry/make-entry.ts';
import { safeText } from '../safe-text.ts';
import { splitList } from '../split-list.ts';
import { atDesk, type DeskOptions, type ModelDesk, type ModelsDeps } from './desk.ts';

interface RegisterOptions extends DeskOptions {
  readonly preset?: string;
  readonly id?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly roles?: string[];
  readonly parser?: string;
  readonly parserConfig?: Record<string, unknown>;
  readonly weight?: number;
  readonly timeout?: string;
  readonly family?: string;
  readonly covers?: string[];
  readonly set?: Record<string, unknown>;
}

/** `aegis models register`: one model, as `TYPE:NAME`, from a preset, or word by word. */
export function addRegister(models: Command, deps: ModelsDeps & { readonly known: KnownParts }): Command {
  return models
    .command('register')
    .description('Register a model, or change one that is registered. The same words twice change nothing.')
    .argument('[TYPE:NAME]', 'provider and model, as in ollama_local:qwen2.5-coder:7b')
    .option('--preset <name>', 'begin with a preset: see `aegis models presets`')
    .option('--id <id>', 'its id (default: TYPE:NAME, or the name of the preset)')
    .option('--provider <type>', 'instead of TYPE')
    .option('--model <name>', 'instead of NAME')
    .option('--base-url <url>', "the server's address")
    .option('--api-key <reference>', 'where its key is kept: env:NAME or secret:NAME; never the key itself')
    .option('--roles <list>', 'what it is asked to do, comma-separated', splitList)
    .option('--parser <name>', 'how its answers are read: a parser, or module#export')
    .option('--parser-config <key=value>', "one of the parser's settings; may be repeated", collectSetting)
    .option('--weight <number>', 'its say in a weighted vote', readValue)
    .option('--timeout <time>', 'longest time for one call with its retries: 60s, 2m')
    .option('--family <name>', 'models of one family share training data and mistakes')
    .option('--covers <languages>', '`all`, or the languages that it knows and the CWEs that it looks for, comma-separated', splitList)
    .option('--set <key=value>', "one of the provider's settings; may be repeated", collectSetting)
    .addOption(new Option('--format <format>', 'how the outcome is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (reference: string | undefined, options: RegisterOptions & { format: 'pretty' | 'json' }) => {
      const { model, change, place, note } = await atDesk(deps, options, async (desk) => {
        const definition = checkDefinition(define(reference, options, desk), deps.known);
        const done = await desk.registry.register(desk.define(definition));
        return { ...done, place: desk.registry.place, note: await noteOn(done.model, desk, deps.signal) };
      });
      if (note !== null) deps.io.err(safeText(`aegis: ${note}\n`));
      if (options.format === 'json') deps.io.out(`${JSON.stringify({ ...model, change }, null, 2)}\n`);
      else {
        const what = { created: 'is registered', updated: `is changed (version ${model.version})`, unchanged: 'was registered so already' };
        deps.io.out(safeText(`${model.model_id} ${what[change]} as ${model.roles.join(', ')}, in ${place}\n`));
      }
      deps.exit(0);
    });
}

/** What keeps a model that was just registered from taking part in reviews; null where nothing is known to. */
async function noteOn(model: RegisteredModel, desk: ModelDesk, signal: AbortSignal): Promise<string | null> {
  const lacks = await desk.lacks(model, signal);
  return lacks === null ? null : `${model.model_id} cannot work yet: ${lacks}`;
}

/** What the options say, in the words of `.aegis.yml`. */
function define(reference: string | undefined, options: RegisterOptions, desk: ModelDesk): Record<string, unknown> {
  const stated = statedKeys(options);
  if (options.preset !== undefined) {
    if (reference !== undefined) {
      throw new InputError('a model is registered from a preset or as TYPE:NAME, not both', { hint: 'Leave one of them out.' });
    }
    return { ...definitionOfPreset(findPreset(options.preset), stated) };
  }
  const named = reference === undefined ? {} : wordsOf(desk, reference);
  const definition: Record<string, unknown> = { ...named, ...stated };
  if (definition['provider'] === undefined || definition['model'] === undefined) {
    throw new InputError('what is to be registered is not said', {
      hint: 'Give TYPE:NAME, as in ollama_local:qwen2.5-coder:7b, or --preset NAME, or --provider and --model.',
    });
  }
  return { id: `${String(definition['provider'])}:${String(definition['model'])}`, ...definition };
}

function wordsOf(desk: ModelDesk, reference: string): { id: string; provider: string; model: string } {
  if (!/^[^:]+:./.test(reference))
    throw new InputError(`${reference} is no TYPE:NAME`, { hint: 'Write it as in ollama_local:qwen2.5-coder:7b, or give --preset NAME.' });
  const { model_id, model_type, model_name } = desk.fromReference(reference);
  return { id: model_id, provider: model_type, model: model_name };
}

function statedKeys(options: RegisterOptions): Partial<ModelDefinition> {
  const { id, provider, model, baseUrl, apiKey, roles, parser, parserConfig, weight, timeout, family, covers, set } = options;
  const stated = {
    ...{ id, provider, model, base_url: baseUrl, api_key: apiKey, roles, parser, parser_config: parserConfig, weight, timeout, family },
    covers: covers === undefined ? undefined : readCovers(covers),
    settings: set,
  };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as Partial<ModelDefinition>;
}

function readCovers(words: readonly string[]): Covers {
  if (words[0] === 'all' && words.length === 1) return 'all';
  const cwes = words.filter((word) => /^CWE-/i.test(word)).map((word) => word.toUpperCase());
  const languages = words.filter((word) => !/^CWE-/i.test(word) && word !== 'all');
  return { ...(languages.length > 0 && { languages }), ...(cwes.length > 0 && { cwes }) };
}

/** Checked as a definition in `.aegis.yml` is. Throws `InputError` with every problem. */
function checkDefinition(definition: Record<string, unknown>, known: KnownParts): ModelDefinition {
  const schema = modelDefinition(known);
  const read = schema.safeParse(definition);
  if (read.success) return read.data;
  const problems = faultsOf(read.error.issues, definition, schema).map(({ path, message }) => `${dotted(path)}: ${message}`);
  throw new InputError(`the model cannot be registered: ${problems.join('; ')}`, { hint: 'See `aegis models register --help`.' });
}

/** `key=value`, where a value that reads as JSON is meant as such: `num_ctx=8192`, `rate_limit={"requests_per_minute":20}`. */
function collectSetting(pair: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const at = pair.indexOf('=');
  if (at < 1) throw new InputError(`${pair} is no setting`, { hint: 'Write it as key=value.' });
  return { ...before, [pair.slice(0, at)]: readValue(pair.slice(at + 1)) };
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
