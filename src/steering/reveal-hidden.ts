/** Flags of regions are written in tag characters behind a black flag. https://www.unicode.org/reports/tr51/#flag-emoji-tag-sequences */
const REGION_FLAGS = /\u{1f3f4}[\u{e0030}-\u{e007a}]{2,7}\u{e007f}/gu;

/** Text in tag characters: three of them say something. */
const TAGS = /[\u{e0020}-\u{e007e}]{3}/u;

/** Variation selectors follow one sign each; a row of them carries bytes. */
const SELECTORS = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{4}/u;

/** Bits as signs without width: no script needs so many in a row. */
const UNSEEN_BITS = /[\u200b-\u200d\u2060-\u2064\ufeff\u180e]{8}/u;

/** Overrides and embeddings turn what is read; text from right to left has a use for them, code in Latin letters has none. */
const TURNED = /[\u202a\u202b\u202d\u202e\u2066\u2067]/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** What a line hides from who reads it, in one clause; null where it hides nothing. */
export function revealHidden(line: string): string | null {
  if (TAGS.test(line.replace(REGION_FLAGS, ''))) return 'text hidden in tag characters';
  if (SELECTORS.test(line)) return 'text hidden in variation selectors';
  if (UNSEEN_BITS.test(line)) return 'text hidden in characters without width';
  if (TURNED.test(line) && !RIGHT_TO_LEFT.test(line)) return 'its characters are shown in another order than they are read';
  return null;
}
