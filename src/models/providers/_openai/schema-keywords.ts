/**
 * Keywords of JSON Schema that say more than the shape of a value. A schema without them still names its fields.
 * https://json-schema.org/draft/2020-12/json-schema-validation
 */
export const schemaKeywords: ReadonlySet<string> = new Set([
  ...['additionalProperties', '$schema', '$id', '$comment', 'default', 'examples', 'title', 'format', 'pattern', 'const'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'propertyNames', 'patternProperties'],
]);

/** A schema without these keywords. Names of properties are no keywords, whatever they are called. Pure. */
export function withoutKeywords(schema: Readonly<Record<string, unknown>>, keywords: readonly string[]): Record<string, unknown> {
  const clean = (value: unknown, named: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => clean(item, false));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => named || !keywords.includes(key))
        .map(([key, inner]) => [key, LITERAL.has(key) && !named ? inner : clean(inner, !named && NAMING.has(key))]),
    );
  };
  return keywords.length === 0 ? { ...schema } : (clean(schema, false) as Record<string, unknown>);
}

/** Keywords whose value maps names to schemas. */
const NAMING: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas', 'patternProperties']);

/** Keywords whose value is data. */
const LITERAL: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);
