import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { computeHunks } from '#github/compute-patch.ts';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILES = 50;

export interface MadeChange {
  readonly change: ChangeSet;
  /** The new side of each file, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The new side of the files and what it was before, by path. */
export type Sides = ReadonlyMap<string, { readonly before: string; readonly after: string }>;

/**
 * A change of fifty source files of this repository. Each file is chosen as an edit would hit it, in proportion to its
 * lines. The new side is the file as it is. One file in five is new; the others lack one to three blocks of up to a
 * dozen lines on the old side, half of which replace a few lines: as many as in the commits of this repository, where
 * a changed file has 7 changed lines in the median, and one in ten more than 33. Names and lengths of the files decide it all.
 */
export function makeFiftyFiles(): Sides {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .sort()
    .map((path) => ({ path, after: readFileSync(join(ROOT, path), 'utf8') }));
  const chosen = files.toSorted((a, b) => turnOf(a) - turnOf(b)).slice(0, FILES);
  return new Map(chosen.map(({ path, after }) => [path, { before: formerly(path, after), after }]));
}

/** When the first edit hits a file: a draw by lines that another file's lines do not change (Efraimidis and Spirakis, 2006). */
function turnOf({ path, after }: { readonly path: string; readonly after: string }): number {
  return -Math.log((diceOf(path).readUInt32BE(24) + 1) / 2 ** 32) / after.split('\n').length;
}

function formerly(path: string, after: string): string {
  const lines = after.split('\n');
  const dice = diceOf(path);
  if ((dice[31] ?? 0) % 5 === 0) return '';
  for (let block = 0; block <= (dice[0] ?? 0) % 3; block += 1) {
    const [at = 0, added = 0, removed = 0] = dice.subarray(1 + 3 * block);
    const start = Math.floor((at / 256) * lines.length);
    const gone = lines.slice(start, start + (removed % 8)).map((line) => line.replace(/\w+/, 'former'));
    lines.splice(start, 2 + (added % 11), ...(removed % 2 === 0 ? gone : []));
  }
  return lines.join('\n');
}

/** Bytes that look random, always the same ones. */
function diceOf(name: string): Buffer {
  return createHash('sha256').update(name).digest();
}

/** The change from the one side to the other. */
export function changeOf(sides: Sides): MadeChange {
  const files = [...sides].map(([path, { before, after }]): ChangedFile => {
    const hunks = computeHunks(path, before, after);
    return {
      path,
      oldPath: null,
      status: before === '' ? 'added' : 'modified',
      kind: 'text',
      oldMode: null,
      newMode: null,
      hunks,
      missing: null,
    };
  });
  return {
    change: { mode: 'change', files, base: null, head: null },
    texts: new Map([...sides].map(([path, { after }]) => [path, after])),
  };
}
