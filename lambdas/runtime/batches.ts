/**
 * Splits a list into batches, in order, with at most a number of items and a size each. An item that exceeds the size
 * alone gets its own batch: the receiver reports it.
 * @param most items of a batch
 * @param mostBytes size of a batch, in the unit of `bytesOf`
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
