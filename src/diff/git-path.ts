import { InputError } from '#model/errors.ts';

/** Longest `diff --git` line in which two unquoted names are told apart: far above two paths of any file system. */
const LONGEST_NAMES = 40_000;

/** Prefixes that git puts before old and new names: `diff.mnemonicPrefix` and `git diff --no-index` have their own. */
const KNOWN_PREFIXES = /^[abciow12]\//;

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/**
 * Reads a name that git wrote as a C string (`"a/\303\244"`) from the start of `text`. Null when the quotes do not
 * close. Bytes that are not UTF-8 become U+FFFD.
 */
function readQuoted(text: string): { name: string; rest: string } | null {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let at = 1; at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (char === '"') return { name: new TextDecoder().decode(new Uint8Array(bytes)), rest: text.slice(at + 1) };
    if (char !== '\\') {
      bytes.push(...encoder.encode(char));
      at += char.length;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
    const escaped = ESCAPES[text[at + 1] ?? ''];
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escaped !== undefined) bytes.push(escaped);
    else return null;
    at += octal === undefined ? 2 : 4;
  }
  return null;
}

/** A name as it stands alone on a line, quoted or not. */
export function readName(text: string): string {
  return (text.startsWith('"') ? readQuoted(text)?.name : undefined) ?? text;
}

/** The name on a `---` or `+++` line, without the time stamp that may follow it. Null for `/dev/null`. */
export function readSideName(text: string): string | null {
  if (text.startsWith('"')) return readName(text);
  const tab = text.indexOf('\t');
  const name = tab >= 0 ? text.slice(0, tab) : text;
  return name === '/dev/null' ? null : name;
}

/** Both names of a `diff --git` line, with their prefixes; null where they cannot be told apart. */
export function readHeaderNames(text: string): { old: string; new: string } | null {
  if (text.length > LONGEST_NAMES) return null;
  if (text.startsWith('"')) {
    const first = readQuoted(text);
    return first?.rest.startsWith(' ') ? { old: first.name, new: readName(first.rest.slice(1)) } : null;
  }
  const quote = text.indexOf(' "');
  if (quote >= 0 && text.endsWith('"')) return { old: text.slice(0, quote), new: readName(text.slice(quote + 1)) };
  return splitAlike(text);
}

/** Unquoted names may hold spaces: the split is where both are the same file. `a/` and `b/` are equally long, so the middle is tried first. */
function splitAlike(text: string): { old: string; new: string } | null {
  const middle = text.length >> 1;
  const spaces = [middle, ...[...text.matchAll(/ /g)].map((match) => match.index)].slice(0, 200);
  for (const at of spaces) {
    if (text[at] !== ' ') continue;
    const pair = { old: text.slice(0, at), new: text.slice(at + 1) };
    if (pair.old === pair.new || sameFile(pair)) return pair;
  }
  const only = text.indexOf(' ');
  return only >= 0 && only === text.lastIndexOf(' ') ? { old: text.slice(0, only), new: text.slice(only + 1) } : null;
}

const withoutFirst = (name: string) => name.slice(name.indexOf('/') + 1);
const sameFile = (pair: { old: string; new: string }) =>
  pair.old.includes('/') && pair.new.includes('/') && withoutFirst(pair.old) === withoutFirst(pair.new);

/** Takes the prefixes off a pair of names: equal names have none, names that differ in the first folder alone have one each. */
export function stripPrefixes(pair: { old: string; new: string }): { old: string; new: string } {
  if (pair.old === pair.new) return pair;
  if (sameFile(pair) || (KNOWN_PREFIXES.test(pair.old) && KNOWN_PREFIXES.test(pair.new) && pair.old[0] !== pair.new[0])) {
    return { old: withoutFirst(pair.old), new: withoutFirst(pair.new) };
  }
  return pair;
}

/** Takes `a/` or `b/` off a name whose other side is `/dev/null`. */
export function stripUsualPrefix(name: string): string {
  return name.replace(/^[ab]\//, '');
}

/**
 * A path that stays where it is put: no leading slash, no `.` or `..` folder, so that a made-up diff names nothing
 * outside its repository. Throws `InputError` for a name with a NUL or with nothing left.
 */
export function makeRelative(name: string, line: number): string {
  const path = name
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
  if (path === '' || name.includes('\0')) {
    throw new InputError(`line ${line} of the diff names no file`, { hint: 'Make the diff again with `git diff`.' });
  }
  return path;
}
