import { makeVisible } from '#lib/make-visible.ts';

/** What a prompt puts before a line (`  42 + `, ` L17 - `), also as models retype it (`42: `, `42 | `), or a diff's mark. */
const FRAME = /^\s*(?:L?\d{1,8}\s?(?:[+\-|:]\s?|\s{1,2})|[+-]\s?)/;

/** Longer than any quote of a line or two needs; the rest is not compared. */
const MAX_LINES = 40;

/** A line by its signs alone: compared so, white space does not matter, and hidden characters read as the prompt shows them. */
export function keyOf(text: string): string {
  return makeVisible(text).replace(/\s+/g, '');
}

/**
 * The lines of a quote that can be looked for, in order, each in the forms it may be meant in: as it is, and without
 * the frame of a prompt's line. Lines of nothing but brackets and signs are left out: they are everywhere.
 */
export function readQuote(evidence: string | null): readonly (readonly string[])[] {
  return (evidence ?? '')
    .split(/\r?\n/, MAX_LINES)
    .map((line) =>
      [...new Set([line, line.replace(FRAME, '')].map((form) => keyOf(form).replace(/(?:\.\.\.|…)$/, '')))].filter(saysSomething),
    )
    .filter((forms) => forms.length > 0);
}

/** A quote shorter than this, white space left out, must be a whole line: `x)` is part of too many. */
const MIN_PART = 8;

/** True where a quote is a part of a line, or a line a part of it. Both are keys. */
export function isPart(key: string, quoted: string): boolean {
  return (quoted.length >= MIN_PART && key.includes(quoted)) || (key.length >= MIN_PART && quoted.includes(key));
}

function saysSomething(key: string): boolean {
  return /[\p{L}\p{N}]{2}/u.test(key);
}
