/** Headers of packets of pictures or sound in MPEG streams (ISO/IEC 13818-1 §2.4.3.6; ISO/IEC 11172-1 §2.4.3.3). */

/** Times count 90,000 a second. */
export const clock = 90_000;

/** MPEG-2 begins the header of a packet with the bits 10. */
const isMpeg2 = (bytes: Buffer, at: number) => (bytes[at] ?? 0) >> 6 === 2;

/** Whether the packet is encrypted. @param at offset behind the packet's length */
export const isScrambled = (bytes: Buffer, at: number) =>
  isMpeg2(bytes, at) && ((bytes[at] ?? 0) & 0x30) !== 0;

/**
 * The time of a packet, and where its content begins.
 * @param at offset behind the packet's length
 */
export function packetHeader(
  bytes: Buffer,
  at: number,
): { readonly time: number | undefined; readonly contentAt: number } {
  // Flags, of which the first two say that there is a time.
  if (isMpeg2(bytes, at)) {
    const time = ((bytes[at + 1] ?? 0) & 0x80) !== 0 ? timeAt(bytes, at + 3) : undefined;
    return { time, contentAt: at + 3 + (bytes[at + 2] ?? 0) };
  }
  // MPEG-1: stuffing, perhaps the size of a buffer, then after four bits, 0010 or 0011, one time or two.
  let place = at;
  while (place < at + 16 && bytes[place] === 0xff) place += 1;
  if ((bytes[place] ?? 0) >> 6 === 1) place += 2;
  const mark = (bytes[place] ?? 0) >> 4;
  if (mark !== 2 && mark !== 3) return { time: undefined, contentAt: place + 1 };
  return { time: timeAt(bytes, place), contentAt: place + (mark === 2 ? 5 : 10) };
}

/** A time of 33 bits in five bytes, with a mark after each part; none where the marks are missing, in bytes that are no packet. */
function timeAt(bytes: Buffer, at: number): number | undefined {
  if (at + 5 > bytes.length || [0, 2, 4].some((mark) => ((bytes[at + mark] ?? 0) & 1) === 0))
    return undefined;
  const upper = ((bytes[at] ?? 0) >> 1) & 7;
  return upper * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1);
}
