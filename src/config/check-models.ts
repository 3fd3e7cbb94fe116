import { type Fault, faultsOf, notOneOf } from '#lib/faults.ts';
import type { ModelDefinition } from '#lib/model-definition.ts';
import { valueAt, type YamlPath } from '#lib/yaml-path.ts';
import { ROLES } from '#model/model-entry.ts';
import type { KnownParts } from './known-parts.ts';
import { compact } from './read-shape.ts';
import { modelReference } from './schema.ts';

/** One entry of `models` that has the right shape, and where it stands. */
export interface ModelReference {
  readonly path: YamlPath;
  /** A registered id or `TYPE:NAME`, or an inline definition. */
  readonly model: string | ModelDefinition;
}

export interface CheckedModel {
  readonly reference: ModelReference;
  readonly faults: readonly Fault[];
}

/** The entries of `models` that have the right shape, with what their providers, their parsers and `roles` find wrong. */
export function checkModels(salvaged: unknown, customRoles: readonly string[], known: KnownParts): CheckedModel[] {
  return readModels(salvaged, known).map((reference) => ({
    reference,
    faults: [...settingsFaults(reference, known), ...parserFaults(reference, known), ...roleFaults(reference, customRoles)],
  }));
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

/** A custom role is one that the configuration defines; any other name is a slip. */
function roleFaults({ path, model }: ModelReference, custom: readonly string[]): Fault[] {
  const roles = typeof model === 'string' ? [] : (model.roles ?? []);
  const allowed = [...ROLES, ...custom];
  return roles.flatMap((role, index) =>
    allowed.includes(role) ? [] : [{ path: [...path, 'roles', index], kind: 'value', message: notOneOf(allowed, role) } satisfies Fault],
  );
}
