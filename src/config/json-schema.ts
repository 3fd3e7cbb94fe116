import { z } from 'zod';
import type { KnownParts } from './known-parts.ts';
import { aegisConfig } from './schema.ts';

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly unknown[];
}

/**
 * The JSON Schema of `.aegis.yml`, for editors. Draft 7, because that is what the language servers of YAML read. Zod cannot say that `settings` of a model depends on its provider, so
 * that part is added here; nor that an entry must give one key of several.
 */
export function configJsonSchema(known: KnownParts): JsonSchema {
  const schema = toJsonSchema(aegisConfig(known));
  const [reference, definition] = schema.properties?.['models']?.items?.anyOf ?? [];
  if (reference === undefined || definition?.properties?.['settings'] === undefined)
    throw new Error('the schema of `models` has another shape than expected');
  const allOf = known.providers.map(({ type, settings }) => {
    const { properties, additionalProperties } = toJsonSchema(settings);
    const fitting = { type: 'object', properties: properties ?? {}, additionalProperties: additionalProperties ?? true };
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    return { if: { properties: { provider: { const: type } } }, then: { properties: { settings: fitting } } };
  });
  const models = { ...schema.properties?.['models'], items: { anyOf: [reference, { ...definition, allOf }] } };
  const suppress = oneOfKeys(schema.properties?.['suppress'], ['cwe', 'paths']);
  const overrides = oneOfKeys(schema.properties?.['overrides'], ['min_severity', 'models', 'fail_on']);
  return { ...schema, properties: { ...schema.properties, models, suppress, overrides } };
}

/** What a person may write, before defaults are filled in. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

/** Each element of a list gives at least one of these keys. */
function oneOfKeys(list: JsonSchema = {}, keys: readonly string[]): JsonSchema {
  return { ...list, items: { ...list.items, allOf: [{ anyOf: keys.map((key) => ({ required: [key] })) }] } };
}
