import type { AnswerCache } from '#ports/answer-cache.ts';

/** A fast cache in front of one that lasts. What is found behind is kept in front from then on. */
export function layerAnswerCaches(front: AnswerCache, behind: AnswerCache): AnswerCache {
  return {
    async get(key) {
      const near = await front.get(key);
      if (near !== null) return near;
      const far = await behind.get(key);
      if (far !== null) await front.set(key, far);
      return far;
    },
    async set(key, reply) {
      await Promise.all([front.set(key, reply), behind.set(key, reply)]);
    },
  };
}
