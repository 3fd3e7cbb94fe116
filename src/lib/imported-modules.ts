import { type Language, languageOf } from '#model/language.ts';

/** What a file imports, as the path that it would have, without its extension. */
export interface ImportedModule {
  readonly segments: readonly string[];
  /** Known from the top of the repository; else only how the path ends is known. */
  readonly whole: boolean;
}

/** Imports stand at the top; a file is not searched for ever. */
const MAX_CHARACTERS = 100_000;
const MAX_MODULES = 200;

type Finder = (text: string, folder: readonly string[]) => Iterable<ImportedModule>;

/** What a file imports, by the words of its language and not by its tree: languages without a grammar have imports, too. Linear. */
export function importedModules(text: string, path: string): readonly ImportedModule[] {
  const finder = FINDERS[languageOf(path) ?? 'text'];
  if (finder === undefined) return [];
  const folder = path.split('/').slice(0, -1);
  const modules: ImportedModule[] = [];
  for (const found of finder(text.slice(0, MAX_CHARACTERS), folder)) {
    if (found.segments.length > 0) modules.push(found);
    if (modules.length >= MAX_MODULES) break;
  }
  return modules;
}

const SPECIFIER = /(?:\bfrom|\bimport|\brequire\s{0,9}\(|\bimport\s{0,9}\()\s{0,9}['"]([^'"\n]{1,300})['"]/g;
const PYTHON_FROM = /^[ \t]*from[ \t]+(\.{0,9})([\w.]{0,300})[ \t]+import[ \t]+(?:\(([^)]{0,2000})\)|([^\n#]{0,500}))/gm;
const PYTHON_IMPORT = /^[ \t]*import[ \t]+([\w., \t]{1,500})/gm;
const DOTTED = /^[ \t]*(?:import|using|use)[ \t]+(?:static[ \t]+|function[ \t]+|const[ \t]+)?([\w.\\]{1,300})/gm;
const PHP_FILE = /\b(?:require|include)(?:_once)?\b[^'"\n;]{0,100}['"]([^'"\n]{1,300})['"]/g;
const GO_PACKAGE = /^[ \t]*(?:import[ \t]+)?(?:[\w.]{1,100}[ \t]+)?"([\w./-]{1,300})"[ \t\r]*$/gm;
const RUBY_FILE = /^[ \t]*require(_relative)?[ \t]*\(?[ \t]*['"]([^'"\n]{1,300})['"]/gm;
const C_FILE = /^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]{1,300})[">]/gm;

function* javascript(text: string, folder: readonly string[]): Iterable<ImportedModule> {
  for (const [, specifier = ''] of text.matchAll(SPECIFIER)) yield fromSpecifier(specifier, folder);
}

function* python(text: string, folder: readonly string[]): Iterable<ImportedModule> {
  for (const [, dots = '', module = '', inside, line = ''] of text.matchAll(PYTHON_FROM)) {
    const base = dots === '' ? [] : folder.slice(0, folder.length - (dots.length - 1));
    const segments = [...base, ...module.split('.').filter(Boolean)];
    yield { segments, whole: dots !== '' };
    // What is imported from a package may be a module itself.
    for (const name of (inside ?? line).split(',')) {
      const [, word] = /^\s*(\w+)/.exec(name) ?? [];
      if (word !== undefined) yield { segments: [...segments, word], whole: dots !== '' };
    }
  }
  for (const [, modules = ''] of text.matchAll(PYTHON_IMPORT)) {
    for (const module of modules.split(','))
      yield { segments: (module.trim().split(/\s/)[0] ?? '').split('.').filter(Boolean), whole: false };
  }
}

function* dotted(text: string): Iterable<ImportedModule> {
  for (const [, name = ''] of text.matchAll(DOTTED)) yield { segments: name.split(/[.\\]/).filter(Boolean), whole: false };
}

function* php(text: string, folder: readonly string[]): Iterable<ImportedModule> {
  yield* dotted(text);
  // `__DIR__ . '/a.php'` is beside the file, and so is a bare name.
  for (const [, file = ''] of text.matchAll(PHP_FILE)) yield fromSpecifier(`./${file}`, folder);
}

function* go(text: string): Iterable<ImportedModule> {
  for (const [, name = ''] of text.matchAll(GO_PACKAGE)) yield { segments: name.split('/').filter(Boolean), whole: false };
}

function* ruby(text: string, folder: readonly string[]): Iterable<ImportedModule> {
  for (const [, relative, file = ''] of text.matchAll(RUBY_FILE)) yield fromSpecifier(relative === undefined ? file : `./${file}`, folder);
}

function* c(text: string): Iterable<ImportedModule> {
  for (const [, file = ''] of text.matchAll(C_FILE)) yield fromSpecifier(file, []);
}

const FINDERS: Partial<Record<Language, Finder>> = {
  ...{ javascript, typescript: javascript, tsx: javascript, vue: javascript, svelte: javascript },
  ...{ python, java: dotted, kotlin: dotted, scala: dotted, csharp: dotted, php, go, ruby, c, cpp: c },
};

const EXTENSION = /\.(?:[cm]?[jt]sx?|vue|svelte|rb|php|h|hh|hpp|c|cc|cpp)$/;
const ENTRIES = new Set(['index', '__init__']);

/** `./a`, `../a.js`, `@/a/b`, `#a/b.ts`, `a/b`. */
function fromSpecifier(specifier: string, folder: readonly string[]): ImportedModule {
  const whole = specifier.startsWith('.');
  const segments = whole ? [...folder] : [];
  for (const part of specifier.replace(/^(?:[@~]\/|#)/, '').split('/')) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  return { segments: withoutEntry(segments.map((part, at) => (at === segments.length - 1 ? part.replace(EXTENSION, '') : part))), whole };
}

/** The segments under which a file is imported. */
export function moduleSegments(path: string): readonly string[] {
  const segments = path.split('/');
  const stem = (segments.pop() ?? '').replace(/(?<=.)\.[^.]*$/, '');
  return withoutEntry([...segments, stem]);
}

/** The file of a folder's own is imported by the folder's name. */
function withoutEntry(segments: readonly string[]): readonly string[] {
  return ENTRIES.has(segments.at(-1) ?? '') ? segments.slice(0, -1) : segments;
}
