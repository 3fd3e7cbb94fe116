import type { PublicationLog } from '#ports/code-host.ts';

/** The outbox of one run: what was posted before stands on the pull request, and is found there. */
export function createMemoryLog(): PublicationLog {
  const begun = new Set<string>();
  const ended = new Map<string, string>();
  const nameOf = (scanId: string, key: string) => `${scanId} ${key}`;
  return {
    async begin(scanId, key) {
      const name = nameOf(scanId, key);
      if (begun.has(name)) return 'again';
      begun.add(name);
      return 'first';
    },
    find: async (scanId, key) => ended.get(nameOf(scanId, key)) ?? null,
    async record(scanId, key, remoteId) {
      const name = nameOf(scanId, key);
      if (!ended.has(name)) ended.set(name, remoteId);
    },
    posts: async () => [...ended].map(([name, remoteId]) => ({ key: name.slice(name.indexOf(' ') + 1), remoteId })),
  };
}
