import type { ChangedFile, ChangeSet } from '#model/change-set.ts';

/**
 * Which file of the earlier change a file of the new one is: the one of the same origin, a rename followed, else the one
 * of the same path. One to one. A new file has no origin: under another path it is another file.
 */
export function pairFiles(before: ChangeSet, after: ChangeSet): ReadonlyMap<ChangedFile, ChangedFile> {
  const pairs = new Map<ChangedFile, ChangedFile>();
  const taken = new Set<ChangedFile>();
  for (const keyOf of [originOf, ({ path }: ChangedFile) => path]) {
    const known = new Map(before.files.filter((file) => !taken.has(file)).map((file) => [keyOf(file), file]));
    for (const file of after.files) {
      const earlier = pairs.has(file) ? undefined : known.get(keyOf(file));
      if (earlier === undefined || taken.has(earlier)) continue;
      pairs.set(file, earlier);
      taken.add(earlier);
    }
  }
  return pairs;
}

function originOf({ path, oldPath, status }: ChangedFile): string {
  const isNew = status === 'added' || status === 'copied';
  return JSON.stringify(isNew ? ['new', path] : ['old', status === 'renamed' ? (oldPath ?? path) : path]);
}
