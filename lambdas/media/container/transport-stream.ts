import type { ObjectReader } from '../decoding/object-reader.ts';
import { encrypted, type Refuse, unreadable } from '../decoding/unreadable.ts';

/** Bytes from the start of the file that are looked at: the first pictures. */
const startBytes = 64 * 1024;
/** The numbers below this are tables, which are never encrypted (ISO/IEC 13818-1, table 2-3). */
const firstMediaPid = 0x20;
const syncByte = 0x47;
/** Bytes of one picture, at most: the library holds it until the next one begins. Our own: several times a picture of 8K. */
const maxUnitBytes = 16 * 1024 * 1024;

/** The ranges of a transport stream. */
export interface StreamPackets {
  /**
   * Bytes of the file, searched for pictures that do not end.
   * @throws DomainError `unsupported-media` when a picture is larger than a function can hold
   */
  range(from: number, to: number): Promise<Uint8Array>;
}

/**
 * @param refuse makes the error from a sentence
 * @throws DomainError `unsupported-media` when most of the first packets are encrypted (ISO/IEC 13818-1 §2.4.3.2, transport_scrambling_control)
 */
export async function openPackets(object: ObjectReader, refuse: Refuse = unreadable): Promise<StreamPackets> {
  const start = Buffer.from(await object.range(0, startBytes));
  const first = start[0] === syncByte ? 0 : 4;
  const stride = [188, 192, 204].find((distance) => start[first + distance] === syncByte) ?? 188;
  let [media, scrambled] = [0, 0];
  for (let at = first; at + 4 <= start.length && start[at] === syncByte; at += stride) {
    if (pidAt(start, at) < firstMediaPid) continue;
    media += 1;
    if (((start[at + 3] ?? 0) & 0xc0) !== 0) scrambled += 1;
  }
  if (scrambled * 2 > media) throw refuse(encrypted);

  /** Packets since one that begins a picture or a sound, by the number of their stream, in ranges that follow each other. */
  let since = new Map<number, number>();
  let end = 0;
  return {
    async range(from, to) {
      const bytes = Buffer.from(await object.range(from, to));
      if (from !== end) since = new Map();
      end = to;
      const skipped = (((first - from) % stride) + stride) % stride;
      for (let at = skipped; at + 4 <= bytes.length; at += stride) {
        const pid = pidAt(bytes, at);
        const begins = ((bytes[at + 1] ?? 0) & 0x40) !== 0;
        const count = begins ? 0 : (since.get(pid) ?? 0) + 1;
        since.set(pid, count);
        if (count * stride > maxUnitBytes && pid !== nullPid)
          throw refuse('one of its pictures has more bytes than any has. Convert it again.');
      }
      return bytes;
    },
  };
}

/** Packets that only fill a constant rate. */
const nullPid = 0x1fff;

const pidAt = (bytes: Buffer, at: number) => (((bytes[at + 1] ?? 0) & 0x1f) << 8) | (bytes[at + 2] ?? 0);
