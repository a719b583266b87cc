import { notReadable } from '../decoding/unreadable.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';

/** Bytes of a run's header, from its name to the count of its samples. */
const headBytes = 12;
/** Any of these says that each sample has bytes of its own in the run, which bounds them (ISO/IEC 14496-12 §8.8.8). */
const eachHasBytes = 0xf00;
const knownFlags = 0xf05;
/** Samples that runs may have without bytes of their own, beyond one for each byte of the file. */
const samplesMost = 100_000;

/**
 * Bytes of an MP4 file, looked through for runs of samples in a fragment that say there are more samples than can be: the
 * library would list them. Runs lie all over the file, so they are looked for in what is read; a run that begins in one
 * range and ends in the next is seen too.
 * @throws DomainError `unsupported-media` when there is such a run
 */
export async function checkedRange(object: WatchedObject, from: number, to: number): Promise<Uint8Array> {
  const start = Math.max(0, from - headBytes);
  const range = await object.range(start, to + headBytes);
  const bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
  let samples = 0;
  for (let at = bytes.indexOf('trun'); at >= 0; at = bytes.indexOf('trun', at + 4)) {
    if (at + headBytes > bytes.length) break;
    const version = bytes[at + 4] ?? 0;
    const flags = bytes.readUIntBE(at + 5, 3);
    // Sound may hold these four letters by chance, but hardly what follows them in a run.
    if (version > 1 || (flags & ~knownFlags) !== 0 || (flags & eachHasBytes) !== 0) continue;
    samples += bytes.readUInt32BE(at + 8);
    if (samples > samplesMost + bytes.length) {
      throw notReadable('its fragments say what cannot be. Check that it plays, and convert it again.');
    }
  }
  return bytes.subarray(from - start, from - start + (Math.min(to, object.size) - from));
}
