/** A table of remainders for the checksums of FLAC (RFC 9639 §9.1.8, §9.3). */
const table = (polynomial: number, bits: number) =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let rest = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit += 1) {
      rest = rest & (1 << (bits - 1)) ? (rest << 1) ^ polynomial : rest << 1;
    }
    return rest & ((1 << bits) - 1);
  });

const eight = table(0x07, 8);
const sixteen = table(0x8005, 16);

/** The checksum of a frame's header, over the bytes before it. */
export function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) crc = eight[crc ^ (bytes[at] ?? 0)] ?? 0;
  return crc;
}

/** The checksum of a frame, over all bytes before it. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) {
    crc = ((crc << 8) & 0xffff) ^ (sixteen[(crc >>> 8) ^ (bytes[at] ?? 0)] ?? 0);
  }
  return crc;
}
