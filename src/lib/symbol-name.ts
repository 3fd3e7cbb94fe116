/** A symbol as code names it: `query`, `Store.query`, `db::query`, `User#valid?`. */
export interface SymbolName {
  /** The last part: what is defined. */
  readonly name: string;
  /** The part before it, such as a class, an object or a module; null where there is none. */
  readonly holder: string | null;
}

/** Longer than any name that a person writes. */
const MAX_CHARACTERS = 200;
const PART = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
/** Ruby ends names of methods with these. */
const LAST_PART = /^[\p{L}_$][\p{L}\p{N}_$]*[?!]?$/u;
/** They name the object at hand, which says nothing of where it is defined. */
const ITSELF = new Set(['this', 'self', '$this', 'super', 'cls', 'exports', 'module', 'prototype', 'default']);

/** Takes a symbol apart. Null for anything but plain identifiers and what joins them: the answer is safe on a command line. */
export function splitSymbol(symbol: string): SymbolName | null {
  if (symbol.length > MAX_CHARACTERS) return null;
  const parts = symbol.split(/::|[.#]/).filter((part) => part !== '');
  const name = parts.at(-1);
  if (name === undefined || !LAST_PART.test(name) || !parts.slice(0, -1).every((part) => PART.test(part))) return null;
  const holders = parts.slice(0, -1).filter((part) => !ITSELF.has(part));
  return { name, holder: holders.at(-1) ?? null };
}

const INDEX_NAMES = new Set(['index', '__init__', 'mod', 'main']);

/**
 * Whether a file is named after a word: `user-store.ts`, `UserStore.java` and `user_store/index.js` after `userStore`,
 * and `user.service.ts` after both `user` and `UserService`.
 */
export function isNamedAfter(path: string, word: string): boolean {
  const wanted = plainWord(word);
  const [file = '', folder = ''] = path.split('/').reverse();
  const stem = file.replace(/(?<=.)\.[^.]*$/, '');
  const shown = INDEX_NAMES.has(stem) ? folder : stem;
  return wanted !== '' && (plainWord(shown) === wanted || plainWord(shown.split('.')[0] ?? '') === wanted);
}

/** Whether two names mean one thing: alike but for case, or one is the longer form of the other, as `store` of `UserStore`. */
export function areAlike(one: string, other: string): boolean {
  const [short = '', long = ''] = [plainWord(one), plainWord(other)].sort((a, b) => a.length - b.length);
  return short === long || (short.length >= 3 && (long.endsWith(short) || long.startsWith(short)));
}

function plainWord(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
