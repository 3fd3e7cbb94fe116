import { type Language, languageOf } from '#model/language.ts';
import { type ImportedModule, importedModules, moduleSegments } from './imported-modules.ts';
import { isSecretFile } from './is-secret-file.ts';
import { isNamedAfter, type SymbolName } from './symbol-name.ts';

/** Whose definition is looked for, and what is known of where it is used. */
export interface HomeQuestion {
  readonly symbol: SymbolName;
  /** The file that uses it. */
  readonly from: string;
  /** Its text; null where it is not known. */
  readonly fromText: string | null;
  /** Files in which a line looks like the definition; null where nobody looked into them. */
  readonly looksDefined: ReadonlySet<string> | null;
}

/** Most files that are worth reading for one symbol. */
export const MOST_HOMES = 20;

/** Languages whose files import each other. */
const FAMILIES: Partial<Record<Language, string>> = {
  typescript: 'javascript',
  tsx: 'javascript',
  vue: 'javascript',
  svelte: 'javascript',
  cpp: 'c',
};
const FOREIGN = /(?:^|\/)(?:node_modules|bower_components|vendor|third_party|dist|build|out|coverage|\.next)\/|\.min\.[cm]?js$/i;
const TEST = /(?:^|\/)(?:tests?|spec|__tests__|__mocks__|mocks?|fixtures?)\/|[._-](?:test|spec|mock|stories)\.[^/]+$|(?:^|\/)test_[^/]*$/i;

/**
 * The files that may define a symbol, likeliest first: the file itself, then those with a line like a definition, those
 * that it imports, those named after the symbol, its folder, and the nearest; vendored code and tests come last. Where nobody looked into the files, only
 * those that have one of these ties. Files of other languages, and those that hold secrets, are left out.
 */
export function rankHomes(paths: Iterable<string>, question: HomeQuestion): readonly string[] {
  const { symbol, from, fromText, looksDefined } = question;
  const imports = indexImports(fromText === null ? [] : importedModules(fromText, from));
  const folder = folderOf(from);
  const family = familyOf(from);
  const fromTest = TEST.test(from);
  const ranked: { path: string; rank: readonly number[] }[] = [];
  for (const path of paths) {
    if ((family !== null && family !== familyOf(path)) || isSecretFile(path)) continue;
    const imported = path === from ? 0 : importScore(path, imports);
    const named = isNamedAfter(path, symbol.name) || (symbol.holder !== null && isNamedAfter(path, symbol.holder));
    const beside = folderOf(path) === folder;
    if (looksDefined === null && path !== from && imported === 0 && !named && !beside) continue;
    const far = [path !== from, FOREIGN.test(path), !fromTest && TEST.test(path), looksDefined?.has(path) === false].map(Number);
    ranked.push({ path, rank: [...far, -imported, ...[!named, !beside].map(Number), distance(path, from)] });
  }
  ranked.sort((a, b) => compare(a.rank, b.rank) || (a.path < b.path ? -1 : 1));
  return ranked.slice(0, MOST_HOMES).map(({ path }) => path);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const by = value - (b[at] ?? 0);
    if (by !== 0) return by;
  }
  return 0;
}

function familyOf(path: string): string | null {
  const language = languageOf(path);
  return language === null ? null : (FAMILIES[language] ?? language);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** How many folders lie between two files. */
function distance(path: string, from: string): number {
  const [a, b] = [path.split('/').slice(0, -1), from.split('/').slice(0, -1)];
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared += 1;
  return a.length + b.length - 2 * shared;
}

/** Modules by their last segment: each path is held against few of them. */
function indexImports(modules: readonly ImportedModule[]): ReadonlyMap<string, readonly ImportedModule[]> {
  const index = new Map<string, ImportedModule[]>();
  for (const module of modules) {
    const last = module.segments.at(-1)?.toLowerCase() ?? '';
    index.set(last, [...(index.get(last) ?? []), module]);
  }
  return index;
}

/** 0 for what is not imported; a file that is named exactly is above a member of a package, and both above a path that ends alike. */
function importScore(path: string, imports: ReadonlyMap<string, readonly ImportedModule[]>): number {
  if (imports.size === 0) return 0;
  const own = moduleSegments(path);
  return Math.max(bestMatch(own, imports) * 2, bestMatch(path.split('/').slice(0, -1), imports));
}

function bestMatch(segments: readonly string[], imports: ReadonlyMap<string, readonly ImportedModule[]>): number {
  let best = 0;
  for (const module of imports.get(segments.at(-1)?.toLowerCase() ?? '') ?? []) {
    const shared = sharedEnd(segments, module.segments);
    const all = shared === segments.length || shared === module.segments.length;
    if (module.whole) best = Math.max(best, shared === segments.length && shared === module.segments.length ? 100 : 0);
    else if (shared >= 2 || all) best = Math.max(best, shared);
  }
  return best;
}

function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a.at(-1 - shared)?.toLowerCase() === b.at(-1 - shared)?.toLowerCase()) shared += 1;
  return shared;
}
