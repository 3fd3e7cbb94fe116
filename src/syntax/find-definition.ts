import { areAlike, isNamedAfter, type SymbolName, splitSymbol } from '#lib/symbol-name.ts';
import { type Language, languageOf, languageOfShebang } from '#model/language.ts';
import type { DefinitionFinder } from '#ports/code-reader.ts';
import { startOfComment } from './definitions/comments-above.ts';
import { readJavaScriptDefinitions } from './definitions/javascript.ts';
import type { NamedPlace } from './definitions/named-place.ts';
import { readPythonDefinitions } from './definitions/python.ts';
import type { SyntaxNode } from './node.ts';
import { parseCode } from './parse.ts';

interface Reading {
  readonly read: (root: SyntaxNode, text: string) => readonly NamedPlace[];
  readonly comments: 'slashes' | 'hash';
}

const JAVASCRIPT: Reading = { read: readJavaScriptDefinitions, comments: 'slashes' };
const READINGS: Partial<Record<Language, Reading>> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  python: { read: readPythonDefinitions, comments: 'hash' },
};

/** Larger files are generated; a model could ask for many, and each is a third of a second of parsing. */
const MAX_CHARACTERS = 300_000;

/**
 * Finds a definition by the syntax tree: functions, classes, methods, types, members of objects, and variables that are
 * no function's own. `Holder.name` asks for the member of a class, an object or a namespace, or of the module that the
 * file is named after. Decorators, `export` and the comment right above belong to it.
 */
export const findDefinition: DefinitionFinder = (text, path, symbol) => {
  const wanted = splitSymbol(symbol);
  const language = languageOf(path) ?? languageOfShebang(text.slice(0, 300).split('\n', 1)[0] ?? '') ?? 'text';
  const reading = READINGS[language];
  if (wanted === null || reading === undefined || text.length > MAX_CHARACTERS || !mayHold(text, path, wanted)) return null;
  const tree = parseCode(text, language);
  const places = tree === null ? [] : reading.read(tree.root, text);
  const found = choose(places, wanted, path);
  if (found === null) return null;
  const startLine = startOfComment(text.split(/\r?\n/), startOfSignatures(places, found), reading.comments);
  return { startLine, endLine: found.endLine };
};

/** A text without the name defines nothing of it; that costs no parsing. A default export has the file's name. */
function mayHold(text: string, path: string, { name }: SymbolName): boolean {
  return text.includes(name) || isNamedAfter(path, name);
}

const KINDS = ['definition', 'assignment', 'signature'] as const;

/** The likeliest place: nearest to the holder that was named, else nearest to the top; then what says most. */
function choose(places: readonly NamedPlace[], wanted: SymbolName, path: string): NamedPlace | null {
  const named = places.filter((place) => place.name === wanted.name);
  const eligible = named.length === 0 && isNamedAfter(path, wanted.name) ? places.filter((place) => place.name === 'default') : named;
  const ranked = eligible
    .map((place) => ({ place, far: distance(place, wanted, path) }))
    .filter((each): each is { place: NamedPlace; far: number } => each.far !== null)
    .sort((a, b) => a.far - b.far || KINDS.indexOf(a.place.kind) - KINDS.indexOf(b.place.kind) || a.place.startLine - b.place.startLine);
  return ranked[0]?.place ?? null;
}

function distance({ holder }: NamedPlace, wanted: SymbolName, path: string): number | null {
  if (wanted.holder === null) return holder === null ? 0 : 1;
  if (holder === null) return isNamedAfter(path, wanted.holder) ? 1 : null;
  if (holder === wanted.holder) return 0;
  return areAlike(holder, wanted.holder) ? 2 : null;
}

/** Overloads stand right above the function that they describe. */
function startOfSignatures(places: readonly NamedPlace[], found: NamedPlace): number {
  const above = places.filter(({ kind, name, holder }) => kind === 'signature' && name === found.name && holder === found.holder);
  return above.reduceRight((start, { startLine, endLine }) => (endLine === start - 1 ? startLine : start), found.startLine);
}
