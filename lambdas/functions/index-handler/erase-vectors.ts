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
 * Deletes all vectors of an item: those its history counts, and those that an unfinished indexing job may have put.
 */
export async function eraseVectors(index: VectorIndex, item: Item, counts: VectorCounts): Promise<void> {
  for (const source of vectorSources) await eraseTail(index, item, source, 0, counts[source] ?? 0);
}

/**
 * Deletes the vectors of one source from a number on.
 * @param from number of the first vector to delete
 * @param known vectors that the history counts; the index is searched for more after them
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
    // Vectors are put in the order of their numbers, so after an empty page there are none.
    const found = await index.metadata(keys(place, place + limits.vectorsPerGet));
    if (found.size === 0) return;
    await index.delete([...found.keys()]);
  }
}
