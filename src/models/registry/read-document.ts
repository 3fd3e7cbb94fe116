import { explainFault } from '#lib/explain-fault.ts';
import { type Fault, faultsOf, tick } from '#lib/faults.ts';
import { CUSTOM_PARSER } from '#lib/model-definition.ts';
import { readYaml } from '#lib/read-yaml.ts';
import { dotted, valueAt, type YamlPath } from '#lib/yaml-path.ts';
import { ConfigError, type ConfigProblem } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelVersion, RegisteredModel } from '#model/registered-model.ts';
import { entryFromDefinition } from './make-entry.ts';
import { documentModel, documentSchema, type ModelParts } from './model-document.ts';

/** A document holds a whole registry with its history: larger than a page, and still no flood. */
const MOST = { bytes: 16 * 1024 * 1024, values: 1_000_000 };

export interface DocumentModel extends Pick<RegisteredModel, 'availability' | 'availability_checked_at'> {
  readonly entry: ModelEntry;
  /** Null where the document leaves the status open. */
  readonly status: ModelEntry['status'] | null;
}

export interface ModelDocument {
  readonly models: readonly DocumentModel[];
  readonly history: readonly ModelVersion[];
}

/**
 * Reads a document of models; an empty text is one without any. Throws `ConfigError` with every problem at once, each
 * with its place. `source` is how people call the document.
 */
export function readDocument(text: string, source: string, parts: ModelParts): ModelDocument {
  const yaml = readYaml(text, MOST);
  const raw = yaml.value ?? {};
  const problems: ConfigProblem[] = [...yaml.problems];
  const note = (path: YamlPath, message: string, at: 'key' | 'value' = 'value') =>
    problems.push({ ...yaml.place(path, at), key: dotted(path), message });
  const noteAll = (faults: readonly Fault[], home: YamlPath = []) => {
    for (const { path, message, kind } of faults) note([...home, ...path], message, kind === 'unknown-key' ? 'key' : 'value');
  };

  const shape = documentSchema.safeParse(raw);
  if (!shape.success) noteAll(faultsOf(shape.error.issues, raw, documentSchema));
  const listed = valueAt(raw, ['models']);
  const models: DocumentModel[] = [];
  for (const [index, item] of (Array.isArray(listed) ? (listed as unknown[]) : []).entries()) {
    const path = ['models', index];
    const read = readModel(item, parts);
    if ('faults' in read) noteAll(read.faults, path);
    else if (models.some(({ entry }) => entry.model_id === read.entry.model_id))
      note([...path, 'id'], `the model ${tick(read.entry.model_id)} stands here twice`);
    else models.push(read);
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  if (problems.length > 0) throw new ConfigError(source, problems, `Mend ${source}; nothing of it was taken.`);
  return { models, history: shape.data?.history ?? [] };
}

/** One model, or everything that is wrong with it. */
function readModel(item: unknown, parts: ModelParts): DocumentModel | { readonly faults: readonly Fault[] } {
  const schema = documentModel(parts);
  const read = schema.safeParse(item);
  const shape = read.success ? [] : faultsOf(read.error.issues, item, schema);
  // A key that has no right shape is complained of by the provider, too.
  const settings = settingsFaults(item, parts).filter(({ path }) => !shape.some((fault) => dotted(fault.path) === dotted(path)));
  const faults = [...shape, ...settings];
  if (!read.success || faults.length > 0) return { faults };
  const { availability, availability_checked_at, ...definition } = read.data;
  try {
    const entry = entryFromDefinition(definition, parts.providers, parts.parsers);
    return { entry, status: definition.status ?? null, availability, availability_checked_at };
  } catch (error) {
    return { faults: [{ path: [], kind: 'value', message: explainFault(error) }] };
  }
}

/** What provider and parser say of the settings that are theirs. */
function settingsFaults(item: unknown, { providers, parsers }: ModelParts): Fault[] {
  const provider = providers.find(({ type }) => type === valueAt(item, ['provider']));
  if (provider === undefined) return [];
  const outside = mapping({ base_url: valueAt(item, ['base_url']), api_key: valueAt(item, ['api_key']) });
  const settings = { ...mapping(valueAt(item, ['settings'])), ...outside };
  const read = provider.settings.safeParse(settings);
  if (!read.success) {
    return faultsOf(read.error.issues, settings, provider.settings).map((fault) => ({
      ...fault,
      path: String(fault.path[0]) in outside ? fault.path : ['settings', ...fault.path],
    }));
  }
  const defaults = provider.defaults(String(valueAt(item, ['model']) ?? ''), read.data);
  const name = valueAt(item, ['parser']) ?? defaults.parserId;
  const parser = parsers.find(({ id, aliases }) => id === name || aliases.some((alias) => alias === name));
  if (parser === undefined || CUSTOM_PARSER.test(String(name))) return [];
  const inherited = parser.id === defaults.parserId ? defaults.parserConfig : {};
  const config = { ...inherited, ...mapping(valueAt(item, ['parser_config'])) };
  const issues = parser.config.safeParse(config).error?.issues ?? [];
  return faultsOf(issues, config, parser.config).map((fault) => ({ ...fault, path: ['parser_config', ...fault.path] }));
}

/** A mapping without the keys that were left out; empty for anything else, which the shape complains of. */
function mapping(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}
