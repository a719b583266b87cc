import type { ObjectReader } from '../decoding/object-reader.ts';
import { type Refuse, unreadable } from '../decoding/unreadable.ts';

/** Bytes of a run's header, from its name to the count of its samples. */
const headBytes = 12;
/**
 * With any of these flags each sample has its own bytes in the run, which bounds their number (ISO/IEC 14496-12
 * §8.8.8).
 */
const eachHasBytes = 0xf00;
const knownFlags = 0xf05;
/** Samples without their own bytes that runs may have, beyond one for each byte of the range. */
const maxSamples = 100_000;

/**
 * Bytes of an MP4 file, searched for fragment runs that claim more samples than the file can hold: the library would list
 * them all. Runs lie all over the file, so every range that is read is searched; a run that crosses the end of a range is
 * found too.
 * @param refuse makes the error from a sentence
 * @throws DomainError `unsupported-media` when there is such a run
 */
export async function checkedRange(
  object: ObjectReader,
  from: number,
  to: number,
  refuse: Refuse = unreadable,
): Promise<Uint8Array> {
  const start = Math.max(0, from - headBytes);
  const range = await object.range(start, to + headBytes);
  const bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
  let samples = 0;
  for (let at = bytes.indexOf('trun'); at >= 0; at = bytes.indexOf('trun', at + 4)) {
    if (at + headBytes > bytes.length) break;
    const version = bytes[at + 4] ?? 0;
    const flags = bytes.readUIntBE(at + 5, 3);
    // Sound may hold these four letters by chance, but hardly the fields that follow them in a run.
    if (version > 1 || (flags & ~knownFlags) !== 0 || (flags & eachHasBytes) !== 0) continue;
    samples += bytes.readUInt32BE(at + 8);
    if (samples > maxSamples + bytes.length) {
      throw refuse('its fragments contradict its size. Check that it plays, and convert it again.');
    }
  }
  return bytes.subarray(from - start, from - start + (Math.min(to, object.size) - from));
}
