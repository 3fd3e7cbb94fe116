import type { PublicationLog } from '#ports/code-host.ts';

/**
 * A publication log in memory, of one pull request. `breakAt` makes the next recording of a key fail once, as a process
 * does that is killed after it posted; `breakBefore` the next intent, as one that is killed before.
 */
export function createMemoryLog(): PublicationLog & {
  readonly entries: ReadonlyMap<string, string>;
  breakAt(key: string): void;
  breakBefore(key: string): void;
} {
  const entries = new Map<string, string>();
  const begun = new Set<string>();
  const breaking = new Set<string>();
  return {
    entries,
    breakAt: (key) => void breaking.add(`record ${key}`),
    breakBefore: (key) => void breaking.add(`begin ${key}`),
    async begin(scanId, key) {
      const name = `${scanId} ${key}`;
      const known = begun.has(name) ? 'again' : 'first';
      begun.add(name);
      if (breaking.delete(`begin ${key}`)) throw new Error(`killed before ${key} was posted`);
      return known;
    },
    find: async (scanId, key) => entries.get(`${scanId} ${key}`) ?? null,
    posts: async () => [...entries].map(([name, remoteId]) => ({ key: name.slice(name.indexOf(' ') + 1), remoteId })),
    async record(scanId, key, remoteId) {
      if (breaking.delete(`record ${key}`)) throw new Error(`killed before ${key} was recorded`);
      const name = `${scanId} ${key}`;
      if (!entries.has(name)) entries.set(name, remoteId);
    },
  };
}
