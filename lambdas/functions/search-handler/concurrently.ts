/**
 * Does some work on every item, a few at a time, and gives the results in the order of the items. After the first
 * failure no further item is begun.
 * @param most items worked on at once
 */
export async function concurrently<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    try {
      for (const [place, item] of queue) results[place] = await work(item);
    } catch (error) {
      queue.return?.();
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
