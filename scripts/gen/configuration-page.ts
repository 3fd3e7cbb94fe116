import type { JsonSchema } from '#config/json-schema.ts';
import { PRESET_NAMES, PRESETS } from '#config/presets.ts';
import { valueAt } from '#lib/yaml-path.ts';
import { code, page, table } from './markdown.ts';

/** Every key of `.aegis.yml` with what it takes, its default and its sentence. */
export function configurationPage(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const rows = rowsOf(key, child);
    // The sentence of a key without keys of its own stands in its row.
    const words = rows.length > 1 ? [sentence(child)] : [];
    const more = key === 'preset' ? [presetsTable(schema)] : [];
    return [`## \`${key}\``, ...words, table(['key', 'takes', 'default', 'meaning'], rows), ...more];
  });
  return page(
    '# Configuration: `.aegis.yml`',
    `Every key has a default, an empty file is valid, and no file means the defaults. Unknown keys and wrong values are
errors, all told at once with line and column by \`aegis config validate\`. Which files there are, and how they go over one
another, stands in [the guide](../configuration.md).

Editors that know YAML schemas check the file while it is written, with this as its first line, and the path or address of
[aegis.schema.json](aegis.schema.json), which \`aegis config schema\` prints, too:

\`\`\`yaml
# yaml-language-server: $schema=aegis.schema.json
\`\`\``,
    ...sections,
  );
}

function rowsOf(key: string, schema: JsonSchema): string[][] {
  const own = [code(key), takes(schema), showDefault(schema.default), sentence(schema)];
  const inner = innerOf(key, schema);
  // The sentence of a mapping at the top stands above its table; a list puts its own row first.
  const isNested = schema.properties !== undefined && key.includes('.');
  return inner.length === 0 || isNested || schema.anyOf !== undefined ? [own, ...inner] : inner;
}

function innerOf(key: string, schema: JsonSchema): string[][] {
  const objects = [schema, ...(schema.anyOf ?? [])];
  return objects.flatMap((object) => {
    if (object.properties !== undefined)
      return Object.entries(object.properties).flatMap(([name, child]) => rowsOf(`${key}.${name}`, child));
    const element = object.items ?? null;
    const inner = element === null ? [] : innerOf(`${key}[]`, element);
    if (inner.length > 0) return [[code(key), takes(object), showDefault(schema.default), sentence(schema)], ...inner];
    const values = object.additionalProperties;
    return typeof values === 'object' ? innerOf(`${key}.NAME`, values) : [];
  });
}

function sentence({ description = '' }: JsonSchema): string {
  return description;
}

/** What each preset says, beside the defaults. */
function presetsTable(schema: JsonSchema): string {
  const keys = [...new Set(PRESET_NAMES.flatMap((name) => settingsOf(PRESETS[name].values)))];
  const rows = keys.map((key) => {
    const path = key.split('.');
    const otherwise = path.reduce<JsonSchema | undefined>((at, part) => at?.properties?.[part], schema)?.default;
    return [code(key), ...PRESET_NAMES.map((name) => showDefault(valueAt(PRESETS[name].values, path) ?? otherwise))];
  });
  const told = ['', ...PRESET_NAMES.map((name) => PRESETS[name].description)];
  return table(['key', ...PRESET_NAMES.map((name) => code(name))], [told, ...rows]);
}

/** `review.scope`: the keys that a preset sets. */
function settingsOf(values: object): string[] {
  return Object.entries(values).flatMap(([section, keys]) => Object.keys(keys as object).map((key) => `${section}.${key}`));
}

/** What may be written there, in words. */
function takes(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(takes).join(', or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.properties !== undefined) return 'a mapping';
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => takes({ ...schema, type })).join(', or ');
  switch (schema.type) {
    case 'array':
      if (schema.items?.type === 'array') return 'a list of lists';
      return `a list of ${schema.items?.anyOf !== undefined || schema.items?.properties !== undefined ? 'entries' : 'texts'}`;
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'object':
      return 'a mapping';
    default:
      return 'a text';
  }
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined && maximum < 1e6) return `, ${minimum} to ${maximum}`;
  return minimum !== undefined && minimum > -1e6 ? ` from ${minimum}` : '';
}

function showDefault(value: unknown): string {
  if (value === undefined) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}
