import type { VectorMetadata } from '@nova/shared/vectors';
import type { VectorIndex } from '../vectors/vector-index.ts';

/** A vector index in memory, for tests, which cannot be queried. */
export function memoryVectors() {
  const vectors = new Map<string, VectorMetadata>();
  const index: VectorIndex = {
    put: async (batch) => batch.forEach((vector) => void vectors.set(vector.key, vector.metadata)),
    delete: async (keys) => keys.forEach((key) => void vectors.delete(key)),
    query: async () => [],
    numbers: async () => [],
    metadata: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const found = vectors.get(key);
          return found ? [[key, found] as const] : [];
        }),
      ),
  };
  return { vectors, index };
}
