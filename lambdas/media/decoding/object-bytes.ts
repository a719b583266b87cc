import type { ContentObjects } from '../../content/objects.ts';

/** Bytes fetched at once. */
const pieceBytes = 512 * 1024;

/**
 * The bytes of an object, fetched piece by piece as they are asked for. A reader may take minutes between two pieces: no
 * connection is held open meanwhile, and a piece that fails is fetched again by the SDK.
 * @param bytes size of the object
 * @param start place of the first byte
 */
export async function* objectBytes(
  objects: Pick<ContentObjects, 'range'>,
  key: string,
  bytes: number,
  start = 0,
): AsyncGenerator<Uint8Array> {
  for (let from = start; from < bytes; from += pieceBytes) {
    yield await objects.range(key, from, Math.min(bytes, from + pieceBytes));
  }
}
