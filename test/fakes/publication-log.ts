import type { PublicationLog } from '#ports/code-host.ts';

/** A publication log in memory, of one pull request. `breakAt` makes the next recording of a key fail once, as a killed process would. */
export function createMemoryLog(): PublicationLog & { readonly entries: ReadonlyMap<string, string>; breakAt(key: string): void } {
  const entries = new Map<string, string>();
  const breaking = new Set<string>();
  return {
    entries,
    breakAt: (key) => void breaking.add(key),
    find: async (scanId, key) => entries.get(`${scanId} ${key}`) ?? null,
    posts: async () => [...entries].map(([name, remoteId]) => ({ key: name.slice(name.indexOf(' ') + 1), remoteId })),
    record: async (scanId, key, remoteId) => {
      if (breaking.delete(key)) throw new Error(`killed before ${key} was recorded`);
      const name = `${scanId} ${key}`;
      if (!entries.has(name)) entries.set(name, remoteId);
    },
  };
}
