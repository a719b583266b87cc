import type { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';

/**
 * Bytes of a cluster, at most: the library holds all of it. Recorders begin a cluster at least every 32 seconds, because its blocks count their
 * times in 16 bits (RFC 9559 §10).
 */
const maxClusterBytes = 48 * 1024 * 1024;

/**
 * Bytes of a WebM or Matroska file.
 * @throws DomainError `unsupported-media` for more than a function can hold
 */
export function checkedCluster(object: ObjectReader, from: number, to: number): Promise<Uint8Array> {
  if (to - from > maxClusterBytes) {
    throw unreadable('its clusters are larger than those of any recording. Convert it again.');
  }
  return object.range(from, to);
}
