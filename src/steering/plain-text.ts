import { mapLookAlikes } from './look-alikes.ts';

/** Longer lines are of no author's hand: minified, or data. The rest of one is not read. */
const MAX_LINE = 20_000;

/** Signs without a width of their own, which split words for who compares and not for who reads. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

const ESCAPED = /\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});/gi;

/** Signs that are written for letters: `1gn0re`. */
const DIGITS: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't' };

/**
 * A line as it is meant to be understood: tag characters and escapes read, what has no width left out, look-alike
 * letters of other scripts, full-width forms, digits within words and spaced letters read as the letters that they
 * stand for, and the signs of a comment at its beginning left out.
 */
export function plainText(line: string): string {
  const visible = readTags(line.slice(0, MAX_LINE))
    .replace(UNSEEN, '')
    .replace(/\\[nrt]/g, ' ')
    .replace(ESCAPED, (whole, ...codes: (string | undefined)[]) => readEscape(whole, codes))
    .normalize('NFKC');
  const lettered = mapLookAlikes(visible)
    .replace(/[\p{L}013457]+/gu, (word) => (/\p{L}/u.test(word) ? word.replace(/[013457]/g, (digit) => DIGITS[digit] ?? digit) : word))
    .replace(/(?<!\p{L})\p{L}(?: {1,2}\p{L}(?!\p{L})){5,}/gu, joinLetters);
  return lettered.replace(/^\s*(?:\/\/+|#+(?!#{0,3} ?[A-Z][a-z]+:)|\*+|\/\*+|--|;+|<!--|"""|''')\s?/, '');
}

/** A path as words. */
export function plainPath(path: string): string {
  return plainText(path.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replace(/[-_./\\+\s]+/g, ' ')).toLowerCase();
}

/** Tag characters repeat ASCII where nobody sees it. https://www.unicode.org/charts/PDF/UE0000.pdf */
function readTags(text: string): string {
  return text.replace(/[\u{e0020}-\u{e007e}]/gu, (tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000));
}

function readEscape(whole: string, [braced, four, two, hex, decimal]: readonly (string | undefined)[]): string {
  const digits = braced ?? four ?? two ?? hex;
  const code = digits === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(digits, 16);
  return code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
}

function joinLetters(run: string): string {
  return run.replace(/(?<! ) (?! )/g, '').replace(/ {2}/g, ' ');
}
