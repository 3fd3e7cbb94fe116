import type { ChunkFile } from '#model/chunk.ts';

/** A file of the change as a program is handed it. */
export interface PlacedFile {
  readonly file: ChunkFile;
  /** Where it lies below the folder of files, with `/`. Of letters and no surprises where the change's own path is odd. */
  readonly name: string;
  readonly text: string;
  /** Only what the diff shows of it is known; all other lines are empty. */
  readonly fragment: boolean;
}

/** No source is longer; a diff that says so would make a file of empty lines. */
const MAX_LINES = 200_000;

/** Longest path and part of a path, bytes, with room for the scratch folder before it. */
const MAX_PATH = 1_000;
const MAX_PART = 200;

/** Where files go whose path cannot be kept. A path of the change that begins like it cannot, either. */
const ASIDE = '_aegis';

/** Paths by which git, and hidden folders by which most programs, are configured. `.github` holds what is reviewed. */
const HIDDEN_FOLDER = /(^|\/)(?!\.github\/|\.circleci\/)\.[^/]*\//;

/**
 * Gives each file a place below one folder. Paths are a stranger's: a path that leads out, that no file system takes,
 * or by which a file would be obeyed (`obeyed`, or within a hidden folder) is replaced by a plain one. Files of which
 * nothing can be shown are left out.
 */
export function placeFiles(files: readonly ChunkFile[], obeyed: RegExp | null): readonly PlacedFile[] {
  const taken = new Set<string>();
  return files.flatMap((file, index) => {
    const text = file.text ?? writeFragment(file);
    if (text === null) return [];
    const kept = isPlain(file.path) && obeyed?.test(file.path) !== true && isFree(file.path, taken);
    const name = kept ? file.path : `${ASIDE}/${index}/${plainName(file.path)}`;
    for (const folded of partsOf(name)) taken.add(folded);
    return [{ file, name, text, fragment: file.text === null && !isNewFile(file) }];
  });
}

/** True for a path that stays below its folder on every file system. */
function isPlain(path: string): boolean {
  const parts = path.split('/');
  return (
    path.isWellFormed() &&
    Buffer.byteLength(path) <= MAX_PATH &&
    parts[0]?.toLowerCase() !== ASIDE &&
    !HIDDEN_FOLDER.test(path) &&
    !/[\p{C}\\:*?"<>|]/u.test(path) &&
    parts.every((part) => part !== '' && !/^\.{1,2}$|[. ]$|^\.git$|^git~\d$/i.test(part) && Buffer.byteLength(part) <= MAX_PART)
  );
}

/** A name of letters that keeps the ending, by which programs know the language. */
function plainName(path: string): string {
  const base = path.split(/[/\\]/).at(-1) ?? '';
  const name = base
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[.-]+/, '')
    .replace(/[.]+$/, '');
  return `reviewed-${name.slice(-60)}`;
}

/** Neither the same name in other letters nor a folder where another has a file. */
function isFree(path: string, taken: ReadonlySet<string>): boolean {
  const parts = [...partsOf(path)];
  return !taken.has(`${parts.at(-1)}/`) && !parts.some((part) => taken.has(part.replace(/\/$/, '')));
}

/** `A/b.c` → `a/`, `a/b.c`: its folders and itself, as a file system without case sees them. */
function* partsOf(path: string): Generator<string> {
  const folded = path.normalize('NFC').toLowerCase();
  for (let at = folded.indexOf('/'); at >= 0; at = folded.indexOf('/', at + 1)) yield folded.slice(0, at + 1);
  yield folded;
}

/** The one hunk of a new file, `path@0,1`, holds all of it. */
function isNewFile({ path, hunks: [first, ...more] }: ChunkFile): boolean {
  return first?.hunkId === `${path}@0,1` && first.whole && more.length === 0;
}

/** What the diff shows of the new side, each line at its number. Null when that is nothing. */
function writeFragment({ hunks, surroundings }: ChunkFile): string | null {
  const known = new Map(surroundings.map(({ line, text }) => [line, text]));
  for (const hunk of hunks) for (const { newLine, text } of hunk.lines) if (newLine !== null) known.set(newLine, text);
  let last = 0;
  for (const line of known.keys()) last = Math.max(last, line);
  if (last === 0 || last > MAX_LINES) return null;
  return `${Array.from({ length: last }, (_, index) => known.get(index + 1) ?? '').join('\n')}\n`;
}
