/** Members of an object by a name without case, `_`, `-` and blanks: `startLine`, `start_line` and `Start Line` are one. */
export type Fields = ReadonlyMap<string, unknown>;

/** The members that say something: null, and empty strings and lists, are left out. The first of two names wins. */
export function fieldsOf(object: object): Fields {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(object)) {
    const name = key.toLowerCase().replace(/[^a-z0-9]/g, '');
    if (!isEmpty(value) && !fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** The values of those names that the object has, in the order of the names. */
export function valuesOf(fields: Fields, names: readonly string[]): unknown[] {
  return names.filter((name) => fields.has(name)).map((name) => fields.get(name));
}

/** What `read` first makes of one of the names. */
export function firstOf<T>(fields: Fields, names: readonly string[], read: (value: unknown) => T | null): T | null {
  for (const value of valuesOf(fields, names)) {
    const result = read(value);
    if (result !== null) return result;
  }
  return null;
}

/** Text as a claim may hold it: a string, or strings and `{ text }` within; null where there is none. */
export function readWords(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (Array.isArray(value)) {
    const lines = value.filter((line) => typeof line === 'string');
    return lines.length > 0 && lines.length === value.length ? lines.join('\n') : null;
  }
  if (!isObject(value)) return null;
  return firstOf(fieldsOf(value), ['text', 'markdown', 'description', 'content', 'value', 'code', 'snippet', 'name'], (inner) =>
    typeof inner === 'string' ? inner : null,
  );
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
