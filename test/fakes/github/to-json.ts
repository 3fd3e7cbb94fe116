/** JSON with integers that a number cannot hold: `bigint` is written as its digits. */
export function toJson(body: unknown): string {
  const marked = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? `\u0000${value}` : value));
  return marked.replace(/"\\u0000(\d+)"/g, '$1');
}
