import type { SarifMessage, SarifResult, SarifRule } from './log-schema.ts';
import type { RuleBook } from './rule-book.ts';

/** What a result says: its text, or the string of its rule with the arguments put in; null where it says nothing. */
export function readMessage(result: SarifResult, rule: SarifRule | null, book: RuleBook): string | null {
  const message = result.message;
  const own = wordsOf(message);
  if (own !== null) return fillIn(own, message?.arguments ?? []);
  const string = message?.id == null ? null : wordsOf(book.stringOf(message.id, result, rule));
  return string === null ? null : fillIn(string, message?.arguments ?? []);
}

/** Plain text before Markdown. */
export function wordsOf(message: SarifMessage): string | null {
  const words = [message?.text, message?.markdown].find((text) => text != null && text.trim() !== '');
  return words == null ? null : withoutLinks(words.slice(0, 20_000));
}

/** `{0}` is an argument, `{{` and `}}` are braces (§3.11.5). An argument that is missing leaves its place as it is. */
function fillIn(text: string, values: readonly string[]): string {
  if (values.length === 0) return text;
  return text.replace(/\{\{|\}\}|\{(\d{1,2})\}/g, (whole, number: string | undefined) =>
    number === undefined ? whole.slice(1) : (values[Number(number)]?.slice(0, 1_000) ?? whole),
  );
}

/** `[here](1)` links to a related location (§3.11.6), which a claim does not have; the words stay. */
function withoutLinks(text: string): string {
  return text.replace(/(?<!\\)\[([^[\]\n]{1,300})\]\([^()\s]{1,300}\)/g, '$1').replace(/\\([[\]])/g, '$1');
}
