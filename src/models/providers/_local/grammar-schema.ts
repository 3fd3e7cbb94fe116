type Schema = Readonly<Record<string, unknown>>;

/** What the grammar generator reads: https://node-llama-cpp.withcat.ai/guide/grammar#json-schema */
const KNOWN = new Set(['string', 'number', 'integer', 'boolean', 'null', 'object', 'array']);

/**
 * A JSON Schema in the words that node-llama-cpp makes a grammar of. It takes what it does not know for `null`, without a
 * word: `anyOf` becomes `oneOf`, bounds that a grammar cannot hold are left to the parser, and for a schema that cannot be
 * said at all the answer is null: then the prompt alone asks for the form.
 */
export function toGrammarSchema(schema: Schema): Schema | null {
  const { const: constant, enum: values, type } = schema;
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return withParts({}, 'oneOf', choices.map(partOf));
  if (constant !== undefined) return { const: constant };
  if (Array.isArray(values)) return { enum: values };
  if (Array.isArray(type)) return type.every((one) => KNOWN.has(String(one)) && !/object|array/.test(String(one))) ? { type } : null;
  if (typeof type !== 'string' || !KNOWN.has(type)) return null;
  if (type === 'object') return objectOf(schema);
  if (type === 'array') {
    if (schema['items'] === undefined) return { type };
    const items = partOf(schema['items']);
    return items === null ? null : { type, items, ...numbers(schema, ['minItems', 'maxItems']) };
  }
  return type === 'string' ? { type, ...numbers(schema, ['minLength', 'maxLength']) } : { type };
}

function objectOf({ properties, additionalProperties }: Schema): Schema | null {
  const parts = Object.entries((properties ?? {}) as Schema).map(([name, part]) => [name, partOf(part)] as const);
  if (parts.some(([, part]) => part === null)) return null;
  return { type: 'object', properties: Object.fromEntries(parts), additionalProperties: additionalProperties === true };
}

function withParts(schema: Schema, key: string, parts: readonly (Schema | null)[]): Schema | null {
  return parts.includes(null) ? null : { ...schema, [key]: parts };
}

function partOf(part: unknown): Schema | null {
  return typeof part === 'object' && part !== null ? toGrammarSchema(part as Schema) : null;
}

function numbers(schema: Schema, keys: readonly string[]): Schema {
  return Object.fromEntries(keys.map((key) => [key, schema[key]]).filter(([, value]) => typeof value === 'number'));
}
