import type { ModelRecords, RegistryState } from '#ports/model-records.ts';

/** A registry that ends with its process. */
export function createMemoryRecords(initial: RegistryState = { models: [], versions: [] }): ModelRecords {
  let current = initial;
  return {
    place: 'memory',
    read: async () => current,
    change: async (edit) => {
      const { state, result } = edit(current);
      current = state;
      return result;
    },
    usesOf: async () => [],
    callRecords: async () => new Map(),
  };
}
