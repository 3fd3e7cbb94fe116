import { faultsOf } from '#lib/faults.ts';
import { CUSTOM_PARSER } from '#lib/model-definition.ts';
import { nearest } from '#lib/nearest.ts';
import { dotted, type YamlPath } from '#lib/yaml-path.ts';
import { InputError } from '#model/errors.ts';
import type { Covers, ModelEntry } from '#model/model-entry.ts';
import type { Parser } from '#ports/parser.ts';
import type { Provider } from '#ports/provider.ts';
import { listIds, suggestIds } from './suggest-ids.ts';

/** What `.aegis.yml` says of an inline model, and the registration of one. Keys are as people write them. */
export interface ModelDefinition {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly base_url?: string | undefined;
  readonly api_key?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** A registered parser, or `module#export`. */
  readonly parser?: string | undefined;
  readonly parser_config?: Readonly<Record<string, unknown>> | undefined;
  readonly weight?: number | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly family?: string | undefined;
  readonly covers?: Covers | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Whose limits it shares. Default: its `base_url`, else its provider. */
  readonly provider_id?: string | undefined;
  readonly display_name?: string | undefined;
  readonly status?: ModelEntry['status'] | undefined;
}

export type KnownParser = Pick<Parser, 'id' | 'aliases' | 'config'>;

/** The models that are there without any registration: those that run inside Aegis. */
export function builtInEntries(providers: readonly Provider[]): readonly ModelEntry[] {
  return providers.flatMap((provider) => (provider.models ?? []).map((name) => entryOf(provider, `${provider.type}/${name}`, name)));
}

/**
 * The model that `--models` names: a registered id (`builtin/patterns`) or `TYPE:NAME`
 * (`ollama_local:qwen2.5-coder:7b`), which is then its id. Throws `InputError` with the nearest name.
 */
export function entryFromReference(reference: string, providers: readonly Provider[], registered: readonly ModelEntry[]): ModelEntry {
  const ref = reference.trim();
  const [type, name] = splitOnce(ref, ':');
  const known = registered.find((entry) => entry.model_id === ref || entry.model_id === `${type}/${name}`);
  if (known !== undefined) return known;
  const ids = registered.map((entry) => entry.model_id);
  const types = providers.filter((provider) => provider.models === null).map((provider) => provider.type);
  const provider = providers.find((candidate) => candidate.type === type && types.includes(type));
  if (provider !== undefined && name !== '') return entryOf(provider, ref, name);

  if (name !== '' && provider === undefined) {
    const near = nearest(type, types);
    const hint = near === null ? `Types are ${types.join(', ')}; registered models are ${listIds(ids)}.` : `Did you mean ${near}:${name}?`;
    throw new InputError(`There is no model ${ref}: ${type} is no type of model`, { hint });
  }
  const example = `${types[0] ?? 'TYPE'}:${ref.replace(/:$/, '') || 'NAME'}`;
  const hint = suggestIds(ref, ids, (all) => `Write TYPE:NAME, as in ${example}, or one of ${all}.`);
  throw new InputError(`There is no registered model ${ref || '""'}`, { hint });
}

/** The model that a definition describes. Throws `InputError` that names the model and every problem of it. */
export function entryFromDefinition(
  definition: ModelDefinition,
  providers: readonly Provider[],
  parsers: readonly KnownParser[],
): ModelEntry {
  const { id, model, base_url, api_key, weight, timeout, family } = definition;
  const provider = providers.find(({ type }) => type === definition.provider);
  if (provider === undefined)
    throw unknown(
      `provider ${definition.provider} of the model ${id}`,
      definition.provider,
      providers.map(({ type }) => type),
    );
  const settings = {
    ...definition.settings,
    ...(base_url === undefined ? {} : { base_url }),
    ...(api_key === undefined ? {} : { api_key }),
  };
  const read = provider.settings.safeParse(settings);
  if (!read.success) {
    const problems = faultsOf(read.error.issues, settings, provider.settings).map(({ path, message }) => `${whereIs(path)}: ${message}`);
    throw new InputError(`The model ${id} has wrong settings: ${problems.join('; ')}`, { hint: 'Mend its definition.' });
  }
  const entry = entryOf(provider, id, model, read.data);
  const { parserId, parserConfig } = chooseParser(definition, entry, parsers);
  return {
    ...entry,
    provider_id: definition.provider_id ?? base_url ?? entry.provider_id,
    display_name: definition.display_name ?? id,
    roles: [...(definition.roles ?? entry.roles)],
    parser_id: parserId,
    parser_config: parserConfig,
    weight: weight ?? entry.weight,
    timeout_ms: timeout ?? entry.timeout_ms,
    family: family ?? entry.family,
    covers: definition.covers ?? entry.covers,
    status: definition.status ?? entry.status,
  };
}

/** The parser of the definition, else the provider's. A configuration is that of the parser it was written for. */
function chooseParser(
  { id, parser, parser_config }: ModelDefinition,
  standard: ModelEntry,
  parsers: readonly KnownParser[],
): { parserId: string; parserConfig: Record<string, unknown> } {
  const name = parser ?? standard.parser_id;
  if (CUSTOM_PARSER.test(name)) return { parserId: name, parserConfig: { ...parser_config } };
  const found = parsers.find((candidate) => candidate.id === name || candidate.aliases.includes(name));
  if (found === undefined) {
    throw unknown(
      `parser ${name} of the model ${id}`,
      name,
      parsers.flatMap((candidate) => [candidate.id, ...candidate.aliases]),
    );
  }
  const inherited = found.id === standard.parser_id ? standard.parser_config : {};
  const config = { ...inherited, ...parser_config };
  const read = found.config.safeParse(config);
  if (read.success) return { parserId: found.id, parserConfig: read.data };
  const problems = faultsOf(read.error.issues, config, found.config).map(
    ({ path, message }) => `${dotted(['parser_config', ...path])}: ${message}`,
  );
  throw new InputError(`The parser of the model ${id} has wrong settings: ${problems.join('; ')}`, { hint: 'Mend its definition.' });
}

function entryOf(provider: Provider, id: string, modelName: string, settings: Record<string, unknown> = {}): ModelEntry {
  const { roles, parserId, parserConfig, covers, timeoutMs, family } = provider.defaults(modelName, settings);
  return {
    model_id: id,
    model_type: provider.type,
    provider_id: provider.type,
    model_name: modelName,
    display_name: modelName,
    roles: [...roles],
    parser_id: parserId,
    parser_config: { ...parserConfig },
    settings,
    weight: 1,
    family,
    status: 'registered',
    covers,
    timeout_ms: timeoutMs,
  };
}

/** `base_url` and `api_key` stand beside `settings` in a definition, and are told of as they were written. */
function whereIs(path: YamlPath): string {
  return path[0] === 'base_url' || path[0] === 'api_key' ? dotted(path) : dotted(['settings', ...path]);
}

function unknown(what: string, word: string, candidates: readonly string[]): InputError {
  const near = nearest(word, candidates);
  return new InputError(`The ${what} does not exist`, {
    hint: near === null ? `Known are ${candidates.join(', ')}.` : `Did you mean ${near}?`,
  });
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
