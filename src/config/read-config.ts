import { type Fault, faultsOf, notOneOf } from '#lib/faults.ts';
import type { ModelDefinition } from '#lib/model-definition.ts';
import { readYaml, type YamlReading } from '#lib/read-yaml.ts';
import { dotted, valueAt, type YamlPath } from '#lib/yaml-path.ts';
import type { ConfigProblem } from '#model/errors.ts';
import { ROLES } from '#model/model-entry.ts';
import type { KnownParts } from './known-parts.ts';
import { NO_EFFECT } from './no-effect.ts';
import { type AegisConfig, aegisConfig, modelReference } from './schema.ts';

/** One entry of `models` that has the right shape, and where it stands. */
export interface ModelReference {
  readonly path: YamlPath;
  /** A registered id or `TYPE:NAME`, or an inline definition. */
  readonly model: string | ModelDefinition;
}

/**
 * A configuration file as far as it could be read. What was wrong is in `problems` and left out of `values`, so that
 * all problems of a file can be told at once: `resolvePlan` adds its own and throws them together.
 */
export interface ReviewConfig {
  /** How people call the file: `.aegis.yml`. */
  readonly source: string;
  readonly values: AegisConfig;
  readonly models: readonly ModelReference[];
  readonly problems: readonly ConfigProblem[];
  problem(path: YamlPath, message: string, at?: 'key' | 'value'): ConfigProblem;
  /** What was written at a path, unchecked; undefined where nothing was. */
  written(path: YamlPath): unknown;
}

/**
 * Reads `.aegis.yml`. Never throws: what is wrong is in `config.problems`. An empty text is valid, and is what to give
 * where there is no file. `warnings` are sentences with their place, for people.
 */
export function readConfig(
  text: string,
  source: string,
  known: KnownParts,
): { readonly config: ReviewConfig; readonly warnings: readonly string[] } {
  const yaml = readYaml(text);
  const schema = aegisConfig(known);
  const raw = yaml.value ?? {};
  const { values, salvaged, faults } = readShape(schema, raw);
  const shaped = readModels(salvaged, known).map((reference) => ({
    reference,
    faults: [
      ...settingsFaults(reference, known),
      ...parserFaults(reference, known),
      ...roleFaults(reference, keysOf(valueAt(raw, ['roles']))),
    ],
  }));
  const models = shaped.filter((one) => one.faults.length === 0).map(({ reference }) => reference);
  faults.push(...shaped.flatMap((one) => one.faults), ...unkeptPromises(raw));
  const problem = (path: YamlPath, message: string, at: 'key' | 'value' = 'value') => ({
    ...yaml.place(path, at),
    key: dotted(path),
    message,
  });
  const config: ReviewConfig = {
    source,
    values,
    models,
    problems: [
      ...yaml.problems,
      ...faults.map(({ path, message, kind }) => problem(path, message, kind === 'unknown-key' ? 'key' : 'value')),
    ],
    problem,
    written: (path) => valueAt(raw, path),
  };
  return { config, warnings: warningsOf(raw, source, yaml) };
}

/** `.aegis.yml:3:1 reveiw: unknown key …` */
export function formatProblem(source: string, { line, column, key, message }: ConfigProblem): string {
  return `${source}:${line}:${column} ${key === '' ? '' : `${key}: `}${message}`;
}

/** Checks the shape; where it is wrong, takes the wrong parts out and reads what is left. */
function readShape(schema: ReturnType<typeof aegisConfig>, raw: unknown): { values: AegisConfig; salvaged: unknown; faults: Fault[] } {
  const faults: Fault[] = [];
  let salvaged = raw;
  // A part that is taken out can uncover another fault (a rule over several keys), hardly ever a third.
  for (let round = 0; round < 4; round += 1) {
    const read = schema.safeParse(compact(salvaged));
    if (read.success) return { values: read.data, salvaged, faults };
    const found = faultsOf(schema.safeParse(salvaged).error?.issues ?? [], salvaged, schema).filter((fault) => !isHole(fault));
    if (round === 0) faults.push(...found);
    salvaged = found.reduce(without, structuredClone(salvaged));
  }
  return { values: schema.parse({}), salvaged: {}, faults };
}

/** Takes the value of a fault out; an element of a list leaves a hole, so that the others keep their places. */
function without(value: unknown, fault: Fault): unknown {
  const path = fault.kind === 'missing' ? fault.path.slice(0, -1) : fault.path;
  const last = path.at(-1);
  if (last === undefined) return {};
  const parent = valueAt(value, path.slice(0, -1));
  if (Array.isArray(parent)) parent[Number(last)] = undefined;
  else if (typeof parent === 'object' && parent !== null) delete (parent as Record<string, unknown>)[last];
  return value;
}

/** What an earlier round took out of a list. */
function isHole({ kind, path }: Fault): boolean {
  return kind === 'missing' && typeof path.at(-1) === 'number';
}

function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(compact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compact(inner)]));
}

function readModels(salvaged: unknown, known: KnownParts): ModelReference[] {
  const listed = valueAt(salvaged, ['models']);
  const schema = modelReference(known);
  return (Array.isArray(listed) ? (listed as unknown[]) : []).flatMap((item, index) => {
    const read = schema.safeParse(compact(item));
    return read.success ? [{ path: ['models', index], model: read.data }] : [];
  });
}

/** The provider knows which settings it takes; `base_url` and `api_key` are two of them that stand outside. */
function settingsFaults({ path, model }: ModelReference, known: KnownParts): Fault[] {
  const schema = typeof model === 'string' ? undefined : known.providers.find(({ type }) => type === model.provider)?.settings;
  if (schema === undefined || typeof model === 'string') return [];
  const { base_url, api_key } = model;
  const outside = { ...(base_url === undefined ? {} : { base_url }), ...(api_key === undefined ? {} : { api_key }) };
  const settings = { ...model.settings, ...outside };
  const read = schema.safeParse(settings);
  if (read.success) return [];
  return faultsOf(read.error.issues, settings, schema).map((fault) => {
    const home = String(fault.path[0]) in outside ? path : [...path, 'settings'];
    return { ...fault, path: [...home, ...fault.path] };
  });
}

/** The parser knows which settings it takes. What it misses may come from the provider's defaults. */
function parserFaults({ path, model }: ModelReference, known: KnownParts): Fault[] {
  if (typeof model === 'string' || model.parser === undefined || model.parser_config === undefined) return [];
  const { parser, parser_config: written } = model;
  const schema = known.parsers.find(({ id, aliases }) => id === parser || aliases.includes(parser))?.config;
  const read = schema?.safeParse(written);
  if (schema === undefined || read === undefined || read.success) return [];
  return faultsOf(read.error.issues, written, schema)
    .filter(({ kind }) => kind !== 'missing')
    .map((fault) => ({ ...fault, path: [...path, 'parser_config', ...fault.path] }));
}

/** A custom role is one that the file defines; any other name is a slip. */
function roleFaults({ path, model }: ModelReference, custom: readonly string[]): Fault[] {
  const roles = typeof model === 'string' ? [] : (model.roles ?? []);
  const allowed = [...ROLES, ...custom];
  return roles.flatMap((role, index) =>
    allowed.includes(role) ? [] : [{ path: [...path, 'roles', index], kind: 'value', message: notOneOf(allowed, role) } satisfies Fault],
  );
}

/** Names of roles as they were written: who gives a model one whose definition is wrong has made no second mistake. */
function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** A promise about what leaves the machine is kept or refused, never passed over with a warning. */
function unkeptPromises(raw: unknown): Fault[] {
  if (valueAt(raw, ['privacy', 'local_only']) !== true) return [];
  return [
    { path: ['privacy', 'local_only'], kind: 'value', message: 'is not available in this version; list only local models and remove it' },
  ];
}

function warningsOf(raw: unknown, source: string, yaml: YamlReading): string[] {
  const idle = NO_EFFECT.filter(({ key, unless }) => ![undefined, unless].includes(valueAt(raw, key.split('.')) as string)).map(
    ({ key }) => key,
  );
  return idle.map((key) => formatProblem(source, { ...yaml.place(key.split('.'), 'key'), key, message: 'has no effect in this version' }));
}
