/** What a line says to leave alone. */
export interface IgnoreMark {
  /** `CWE-89`, as written where it is no such name; empty: any weakness. */
  readonly cwes: readonly string[];
  /** Empty where none is given. Untrusted. */
  readonly reason: string;
  /** Nothing but the comment stands on the line: it speaks of the code below. */
  readonly alone: boolean;
}

const MARK = /aegis-ignore(?![\w-])\s*(?:\[([^\]]{0,500})\])?\s*(?::(.*))?/i;
/** Longer lines are not written by people. */
const LONGEST = 4_000;

/** What opens a comment in the usual languages, at the beginning of a line. What can begin code as well needs a space after it. */
const OPENER =
  /^\s*(?:\/\/|\/\*|<!--|\(\*|@\*|\{\/\*|\{#|\{\{!|<%--|<%#|\*(?:[\s/]|$)|#(?:[\s#!]|$)|--(?:[\s-]|$)|;(?:[\s;]|$)|%(?:[\s%]|$)|(?:dnl|rem)\b)/i;
const OPENER_WITHIN = /\/\/|\/\*|\*|#|--|;|%|'|"""|\brem\b/i;
const CLOSERS = /\s*(?:\*\/\}?|--?%?>|#\}|\*\)|\*@|%>|--\}\}|\}\}|""")\s*$/;

/**
 * The comment `aegis-ignore[CWE-89]: reason` of a line, in any usual style; null where there is none. Text alone decides: a
 * marker in a string that holds a sign of a comment is taken for one, too.
 */
export function readIgnore(text: string): IgnoreMark | null {
  const found = text.length > LONGEST ? null : MARK.exec(text);
  if (found === null) return null;
  const before = text.slice(0, found.index);
  if (before.trim() !== '' && !OPENER_WITHIN.test(before)) return null;
  const cwes = (found[1] ?? '').split(',').flatMap((name) => nameOf(name.trim()));
  return { cwes, reason: (found[2] ?? '').replace(CLOSERS, '').trim(), alone: !/[\p{L}\p{N}]/u.test(before) || OPENER.test(text) };
}

function nameOf(written: string): string[] {
  const number = /^(?:CWE[-_ ]?)?0*([1-9]\d{0,5})$/i.exec(written)?.[1];
  return number === undefined ? (written === '' ? [] : [written]) : [`CWE-${number}`];
}

/** True for a line that holds no code. */
export function isBlankOrComment(text: string): boolean {
  return text.trim() === '' || OPENER.test(text);
}
