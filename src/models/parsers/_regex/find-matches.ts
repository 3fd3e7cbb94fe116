import type { RE2JS } from 're2js';

export interface PatternMatch {
  readonly text: string;
  readonly groups: Readonly<Record<string, string | null>>;
}

/** Longest match that is found for certain, in characters: a finding is a few lines long. */
const LONGEST_MATCH = 16_384;
/** What a pattern may look back at with `^` and `\b`. */
const CONTEXT = 64;

/**
 * The matches in order, at most `max`; empty ones are left out. RE2 takes linear time for one match, but a pattern
 * that looks at the rest of the text for each of many matches would still be quadratic: it sees a window of the text.
 */
export function findMatches(
  pattern: RE2JS,
  text: string,
  max: number,
): { readonly matches: readonly PatternMatch[]; readonly more: boolean } {
  const matches: PatternMatch[] = [];
  let at = 0;
  while (at < text.length) {
    const from = Math.max(0, at - CONTEXT);
    const to = Math.min(text.length, at + 2 * LONGEST_MATCH);
    // A match may begin in the first half only, unless the window holds all that is left.
    const half = to === text.length ? to : at + LONGEST_MATCH;
    const matcher = pattern.matcher(text.slice(from, to));
    while (at < half && matcher.find(at - from) && from + matcher.start() < half) {
      const [start, end] = [from + matcher.start(), from + matcher.end()];
      if (end > start) {
        if (matches.length >= max) return { matches, more: true };
        matches.push({ text: text.slice(start, end), groups: { ...matcher.getNamedGroups() } });
      }
      at = end > start ? end : start + 1;
    }
    at = Math.max(at, half);
  }
  return { matches, more: false };
}
