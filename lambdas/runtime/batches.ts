/**
 * Splits a list into batches, in order, none over a count and none over a size. An item that exceeds the size alone gets
 * a batch of its own: the receiver reports it.
 * @param most items of a batch
 * @param mostBytes size of a batch, in whatever `bytesOf` counts
 */
export function* batches<T>(
  items: Iterable<T>,
  most: number,
  mostBytes = Number.POSITIVE_INFINITY,
  bytesOf: (item: T) => number = () => 0,
): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (batch.length > 0 && (batch.length >= most || bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
