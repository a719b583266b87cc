import { limits } from '@nova/shared/limits';
import { vectorKey } from '@nova/shared/vectors';
import { type VectorSource, vectorSources } from '@nova/shared/vocabulary';
import type { VectorCounts } from '../../domain/content.ts';
import type { VectorIndex } from '../../vectors/vector-index.ts';

export interface Item {
  readonly tenant: string;
  readonly contentId: string;
}

/**
 * Takes everything of an item out of the index: what its history says is there, and what an indexing job that never
 * came to its end may have put there.
 */
export async function eraseVectors(index: VectorIndex, item: Item, counts: VectorCounts): Promise<void> {
  for (const source of vectorSources) await eraseTail(index, item, source, 0, counts[source] ?? 0);
}

/**
 * Takes the vectors of one source out of the index from a place on.
 * @param from place of the first vector to go
 * @param known vectors the history knows of; after them it is looked whether there are more
 */
export async function eraseTail(
  index: VectorIndex,
  { tenant, contentId }: Item,
  source: VectorSource,
  from: number,
  known: number,
): Promise<void> {
  const keys = (start: number, end: number) =>
    Array.from({ length: Math.max(0, end - start) }, (_, at) =>
      vectorKey(tenant, contentId, source, start + at),
    );
  await index.delete(keys(from, known));
  for (let place = Math.max(from, known); ; place += limits.vectorsPerGet) {
    // Vectors are put in the order of their places, so after a stretch without any there are none.
    const found = await index.metadata(keys(place, place + limits.vectorsPerGet));
    if (found.size === 0) return;
    await index.delete([...found.keys()]);
  }
}
