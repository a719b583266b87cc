/** Lengths of streams once they are decoded, found without decoding them. Each stops once it is beyond a limit. */

/** Codes of LZW: clear the table, end of data, and the first of the table (ISO 32000-1 §7.4.4.2). */
const [clearTable, endOfData, firstCode] = [256, 257, 258];
const [leastBits, mostBits] = [9, 12];

/** @param isEarly codes grow one code early */
export function lzwLength(packed: Uint8Array, isEarly: boolean, limit: number): number {
  const lengths = new Uint32Array(1 << mostBits).fill(1, 0, clearTable);
  let [next, bits, last, length] = [firstCode, leastBits, 0, 0];
  let [held, heldBits] = [0, 0];
  for (const byte of packed) {
    held = ((held << 8) | byte) & 0xff_ff_ff;
    heldBits += 8;
    if (heldBits < bits) continue;
    heldBits -= bits;
    const code = (held >> heldBits) & ((1 << bits) - 1);
    if (code === endOfData) return length;
    if (code === clearTable) {
      [next, bits, last] = [firstCode, leastBits, 0];
      continue;
    }
    // The code that is about to be added stands for the last entry and one byte more.
    const added = code < next ? (lengths[code] ?? 0) : last + 1;
    if (last > 0 && next < lengths.length) {
      lengths[next] = last + 1;
      next += 1;
    }
    last = added;
    length += added;
    if (length > limit) return length;
    if (next + (isEarly ? 1 : 0) >= 1 << bits && bits < mostBits) bits += 1;
  }
  return length;
}

/** Source: ISO 32000-1 §7.4.5. */
export function runLength(packed: Uint8Array, limit: number): number {
  let length = 0;
  for (let at = 0; at < packed.length && length <= limit; ) {
    const count = packed[at] ?? 0;
    if (count === 128) break;
    length += count < 128 ? count + 1 : 257 - count;
    at += count < 128 ? count + 2 : 2;
  }
  return length;
}
