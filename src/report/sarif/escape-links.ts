/**
 * `[text](1)` in a message is a link to a related location, and `[text](https://…)` one to anywhere: SARIF 2.1.0,
 * section 3.11.6. Ours have none.
 */
export function escapeLinks(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&');
}
