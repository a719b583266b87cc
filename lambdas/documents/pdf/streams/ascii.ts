/** Bytes that are written as text. */

/** Source: ISO 32000-1 §7.4.2. */
export function fromHex(text: Buffer): Buffer {
  const end = text.indexOf('>');
  const digits = text.toString('latin1', 0, end < 0 ? text.length : end);
  return Buffer.from(digits.replaceAll(/[^0-9A-Fa-f]/g, ''), 'hex');
}

const [first, last, zeros, end] = [0x21, 0x75, 0x7a, 0x7e];

/**
 * Source: ISO 32000-1 §7.4.3.
 * @param most bytes after which it stops: the letter `z` stands for four
 */
export function fromAscii85(text: Buffer, most: number): Buffer {
  const bytes = Buffer.alloc(Math.min(text.length * 4, most) + 4);
  let [length, value, digits] = [0, 0, 0];
  for (const code of text) {
    if (code === end || length > most) break;
    if (code === zeros && digits === 0) {
      length += 4;
      continue;
    }
    if (code < first || code > last) continue;
    value = value * 85 + (code - first);
    digits += 1;
    if (digits < 5) continue;
    bytes.writeUInt32BE(value % 2 ** 32, length);
    [length, value, digits] = [length + 4, 0, 0];
  }
  if (digits > 1) {
    for (let missing = digits; missing < 5; missing += 1) value = value * 85 + 84;
    bytes.writeUInt32BE(value % 2 ** 32, length);
    length += digits - 1;
  }
  return bytes.subarray(0, length);
}
