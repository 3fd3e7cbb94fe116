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
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return escapeText(item);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    // Keys are text of strangers, too: records are kept by path.
    const entries = Object.entries(item);
    return entries.some(([key]) => escapeText(key) !== key)
      ? Object.fromEntries(entries.map(([key, inner]) => [escapeText(key), inner]))
      : item;
  });
}

/** The value that `encodeJson` was given, from what the driver parsed. */
export function decodeJson(stored: unknown): unknown {
  if (typeof stored === 'string') return restoreText(stored);
  if (Array.isArray(stored)) return stored.map(decodeJson);
  if (stored === null || typeof stored !== 'object') return stored;
  return Object.fromEntries(Object.entries(stored).map(([key, item]) => [restoreText(key), decodeJson(item)]));
}

function escapeText(text: string): string {
  return text.replace(REFUSED, (char) => ESCAPE + char.charCodeAt(0).toString(16).padStart(4, '0'));
}

function restoreText(text: string): string {
  return text.replace(ESCAPED, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
