import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import { type MappedLine, mapLines } from './map-lines.ts';
import { pairFiles } from './pair-files.ts';
import { indexShown, type ShownText } from './shown-text.ts';

/** Where a line of the earlier head is now. `unknown`: the changes do not tell. */
export type Followed = (MappedLine & { readonly path: string }) | { readonly kind: 'unknown' };

/** Two changes against their own merge bases, the earlier one and that of now, line by line. */
export interface LineMap {
  /** `path` and `line` of the earlier head. */
  follow(path: string, line: number): Followed;
  /** Whether the earlier change showed this line of the new head, as it is. */
  stood(path: string, line: number): boolean;
  /** What a file of the earlier change is called now; null where it is in the change no more, or was in none. */
  pathNow(path: string): string | null;
  readonly textBefore: ShownText;
  readonly textNow: ShownText;
}

const UNKNOWN: Followed = { kind: 'unknown' };

/** `before` is null where it is not kept: then nothing is known of any line. Files are compared when they are asked about. */
export function followLines(before: ChangeSet | null, after: ChangeSet): LineMap {
  const textNow = indexShown(after);
  if (before === null || before.mode === 'files' || after.mode === 'files') {
    return { follow: () => UNKNOWN, stood: () => false, pathNow: () => null, textBefore: () => null, textNow };
  }
  const textBefore = indexShown(before);
  const pairs = pairFiles(before, after);
  const successors = new Map([...pairs].map(([now, then]) => [then.path, { then, now }]));
  const predecessors = new Map([...pairs].map(([now, then]) => [now.path, { then, now }]));
  const maps = new Map<ChangedFile, ReadonlyMap<number, MappedLine> | null>();
  const mapOf = ({ then, now }: { readonly then: ChangedFile; readonly now: ChangedFile }) => {
    const map = maps.has(now) ? maps.get(now) : isReadable(now) ? mapLines(then, now) : null;
    maps.set(now, map ?? null);
    return map ?? null;
  };
  const images = new Map<string, ReadonlySet<number>>();

  return {
    textBefore,
    textNow,
    pathNow: (path) => successors.get(path)?.now.path ?? null,
    follow(path, line) {
      if (textBefore(path, line) === null) return UNKNOWN;
      const pair = successors.get(path);
      if (pair === undefined) return { kind: 'left', path };
      if (pair.now.status === 'deleted') return { kind: 'removed', near: [], path: pair.now.path };
      const place = mapOf(pair)?.get(line);
      return place === undefined ? UNKNOWN : { ...place, path: pair.now.path };
    },
    stood(path, line) {
      const pair = predecessors.get(path);
      if (pair === undefined) return false;
      const known =
        images.get(path) ?? new Set([...(mapOf(pair)?.values() ?? [])].flatMap((place) => (place.kind === 'same' ? [place.line] : [])));
      images.set(path, known);
      return known.has(line);
    },
  };
}

/** False for a file whose lines nobody knows. */
function isReadable({ kind, missing }: ChangedFile): boolean {
  return kind === 'text' && missing === null;
}
