import { type Language, languageOf } from '#model/language.ts';

/** A folder that is no program of the repository, by its name. */
export interface FoundFolder {
  /** Without a slash at its end. */
  readonly path: string;
  readonly kind: 'documentation' | 'fixtures' | 'vendored';
  /** Files in it that hold code: who leaves the folder out leaves them out. */
  readonly programs: number;
}

const KINDS: Readonly<Record<string, FoundFolder['kind']>> = {
  doc: 'documentation',
  docs: 'documentation',
  documentation: 'documentation',
  fixtures: 'fixtures',
  __fixtures__: 'fixtures',
  __snapshots__: 'fixtures',
  testdata: 'fixtures',
  vendor: 'vendored',
  third_party: 'vendored',
  node_modules: 'vendored',
};

const NO_PROGRAM: ReadonlySet<Language> = new Set(['text', 'lockfile', 'json', 'yaml', 'toml', 'ini', 'xml', 'css', 'html']);

/** A first file is a page: whoever has more folders of this kind knows better patterns. */
const MOST_FOLDERS = 12;

/** Folders of documentation, of fixtures and of other people's code; of nested ones the outer. Names that are no plain words are left out. */
export function findFolders(files: readonly string[]): FoundFolder[] {
  const found = new Map<string, FoundFolder>();
  for (const file of files) {
    const parts = file.split('/').slice(0, -1);
    const at = parts.findIndex((part) => Object.hasOwn(KINDS, part.toLowerCase()));
    const kind = KINDS[parts[at]?.toLowerCase() ?? ''];
    const path = parts.slice(0, at + 1).join('/');
    if (kind === undefined || !/^[\w./-]+$/.test(path)) continue;
    const language = languageOf(file);
    const isProgram = language !== null && !NO_PROGRAM.has(language);
    found.set(path, { path, kind, programs: (found.get(path)?.programs ?? 0) + Number(isProgram) });
  }
  return [...found.values()].toSorted((a, b) => a.path.localeCompare(b.path, 'en')).slice(0, MOST_FOLDERS);
}
