/**
 * `jsonb` refuses what JavaScript strings may hold: NUL and lone surrogates
 * (https://www.postgresql.org/docs/15/datatype-json.html). Both occur in code under review. They are written as a
 * private-use character and four hexadecimal digits, and so is that character itself.
 */
const ESCAPE = '\uE000';
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for.
const REFUSED = /[\u0000\uE000]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const ESCAPED = /\uE000([0-9a-f]{4})/g;

/** A value as JSON text that `jsonb` takes. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? item.replace(REFUSED, (char) => ESCAPE + char.charCodeAt(0).toString(16).padStart(4, '0')) : item,
  );
}

/** The value that `encodeJson` was given, from what the driver parsed. */
export function decodeJson(stored: unknown): unknown {
  if (typeof stored === 'string') return stored.replace(ESCAPED, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  if (Array.isArray(stored)) return stored.map(decodeJson);
  if (stored === null || typeof stored !== 'object') return stored;
  return Object.fromEntries(Object.entries(stored).map(([key, item]) => [key, decodeJson(item)]));
}
