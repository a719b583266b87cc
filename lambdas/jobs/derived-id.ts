import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';

/**
 * A UUIDv7 that is the same each time it is made of the same: its random part is a hash.
 * @param seed what it is made of
 * @param msecs when it was made, milliseconds since 1970
 */
export function derivedId(seed: string, msecs: number): string {
  const random = createHash('sha256').update(seed).digest();
  return uuid({ msecs, random, seq: random.readUInt32BE(16) >>> 1 });
}
