import type { ObjectReader } from '../decoding/object-reader.ts';
import { encrypted, type Refuse, unreadable } from '../decoding/unreadable.ts';

/** Bytes from the start of the file that are looked at: the first pictures. */
const startBytes = 64 * 1024;
/** The numbers below this are tables, which are never encrypted (ISO/IEC 13818-1, table 2-3). */
const firstMediaPid = 0x20;
const syncByte = 0x47;

/**
 * @param refuse makes the error from a sentence
 * @throws DomainError `unsupported-media` when most of the first packets are encrypted (ISO/IEC 13818-1, transport_scrambling_control)
 */
export async function checkScrambling(object: ObjectReader, refuse: Refuse = unreadable): Promise<void> {
  const bytes = Buffer.from(await object.range(0, startBytes));
  const first = bytes[0] === syncByte ? 0 : 4;
  const stride = [188, 192, 204].find((distance) => bytes[first + distance] === syncByte) ?? 188;
  let [media, scrambled] = [0, 0];
  for (let at = first; at + 4 <= bytes.length && bytes[at] === syncByte; at += stride) {
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) < firstMediaPid) continue;
    media += 1;
    if (((bytes[at + 3] ?? 0) & 0xc0) !== 0) scrambled += 1;
  }
  if (scrambled * 2 > media) throw refuse(encrypted);
}
