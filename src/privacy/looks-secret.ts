import { MASK } from './mask-mark.ts';

/** Shortest literal that is held to be a secret: shorter ones are guessed anyway, and stand everywhere. */
const SHORTEST = 6;
/** A literal of letters alone is a secret only from here on: names are shorter, and their letters repeat. */
const LONG = 20;
/** Bits for each character, by Shannon; hexadecimal text has up to 4, Base64 up to 6, an English word about 3. */
const RANDOM = 3.8;

/** What people write where a secret will stand, and what stands for one that is elsewhere. */
const PLACEHOLDER =
  /^(?:[x*.#_-]+|<.*>|\[.*\]|%.*%|(?:your|my|the|some|an?|place[-_]?holder|example|sample|dummy|redacted|masked|default|none|null|nil|undefined|true|false|test|todo|fixme)(?:[-_ ]?[a-z])*|change[-_ ]?(?:me|it|this)[-_\w]*|(?:env|secret|vault|file|process\.env|os\.environ)[.:].*)\d{0,3}$/i;
/** Parts that are filled in when the program runs. */
const TEMPLATE = /\$[{(]|^\$[A-Za-z_]\w*$|\{\{|<%|%\(\w+\)|#\{|\{[A-Za-z_.]*\}/;
/** URLs, paths, and addresses of people. */
const ADDRESS = /^(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|[a-z][a-z0-9+.-]*:\/\/|\.{0,2}\/|[A-Za-z]:\\|[\w.-]+\/[\w./-]+\.\w+$)/i;
/** Longer values are no paths of a program. */
const LONGEST_PATH = 200;
/** `oauth2`, `sha256`, `token_v2`: names, where a password is not asked for. */
const NAME_WITH_NUMBER = /^[A-Za-z]+(?:[-_][A-Za-z]+)*[-_]?v?\d{1,4}$/;

/** Whether the value of something called a password, key or token looks like one, and not like a name or a gap to fill. */
export function looksSecret(value: string, isPassword: boolean): boolean {
  if (value.length < SHORTEST || /\s/.test(value) || value.includes(MASK) || PLACEHOLDER.test(value) || TEMPLATE.test(value)) return false;
  if (value.length <= LONGEST_PATH && ADDRESS.test(value)) return false;
  if (!isPassword && NAME_WITH_NUMBER.test(value)) return false;
  const letters = /\p{L}/u.test(value);
  if (letters && /\d/.test(value)) return true;
  if (letters && /[!@#$%^&*+=?~|]/.test(value)) return true;
  if (/^\d+$/.test(value)) return isPassword;
  return value.length >= LONG && entropyOf(value) >= RANDOM;
}

/** Bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
