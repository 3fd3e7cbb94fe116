/**
 * Whether a text is what a pattern of `skip` means: `*` stands for any text, `?` for one character, `{a,b}` for either, every
 * other character for itself (`renovate[bot]` is a name); case is ignored. The time is bounded by the product of both lengths.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const whole = [...text.toLowerCase()];
  return alternatives(pattern.toLowerCase()).some((one) => matches([...one], whole));
}

/** A pattern that means more than this many is not a list that somebody wrote: its braces stand for themselves. */
const MOST_ALTERNATIVES = 100;

/** `{a,b}c` as `ac` and `bc`. Braces without a comma stand for themselves. */
function alternatives(pattern: string): string[] {
  let all = [''];
  for (const part of pattern.split(/(\{[^{}]*,[^{}]*\})/)) {
    const words = part.startsWith('{') && part.includes(',') ? part.slice(1, -1).split(',') : [part];
    all = all.flatMap((start) => words.map((word) => `${start}${word}`));
    if (all.length > MOST_ALTERNATIVES) return [pattern];
  }
  return all;
}

/** On a mismatch the last `*` takes one character more; the ones before it need no second look. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      resume += 1;
      index = resume;
      at = star + 1;
    } else return false;
  }
  return pattern.slice(at).every((sign) => sign === '*');
}
