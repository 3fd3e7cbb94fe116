import { LRUCache } from 'lru-cache';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { Reply } from '#ports/provider.ts';

/** What an entry takes beside its text, bytes: its key, the reply's fields and the list that orders them. */
const OVERHEAD = 512;

/** Answers of this process. `maxBytes` bounds the memory that they take, as far as can be told. */
export function createMemoryAnswerCache({ maxBytes }: { readonly maxBytes: number }): AnswerCache {
  const answers = new LRUCache<string, Reply>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: (reply) => OVERHEAD + Buffer.byteLength(reply.text) + Buffer.byteLength(reply.reason ?? ''),
  });
  return {
    get: async (key) => answers.get(key) ?? null,
    async set(key, reply) {
      // Whoever is given it may not change it for the others.
      answers.set(key, Object.freeze({ ...reply }));
    },
  };
}
