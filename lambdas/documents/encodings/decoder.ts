/** Decodes bytes of one encoding. */
export interface Decoder {
  /** Name in the WHATWG Encoding Standard, in lower case; `utf-32le` and `utf-32be` are not in it. */
  readonly name: string;
  /**
   * @param isCut the bytes end anywhere, also inside a character
   * @returns the text without a byte order mark, or undefined when the bytes are not of this encoding
   */
  decode(bytes: Uint8Array, isCut: boolean): string | undefined;
}

/** Names that people and programs use and the WHATWG Encoding Standard lacks. */
const aliases: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  cp950: 'big5',
  'utf-32': 'utf-32le',
  utf32: 'utf-32le',
};

/**
 * The decoder of an encoding, by Node's TextDecoder and, for UTF-32, by hand. Node decodes the standard's `euc-kr` without the extension of
 * Windows (code page 949).
 * @param label in any case, such as `Shift_JIS` or `latin1`
 * @returns undefined for an unknown label
 */
export function decoderOf(label: string): Decoder | undefined {
  const known = label.trim().toLowerCase();
  const name = Object.hasOwn(aliases, known) ? (aliases[known] ?? known) : known;
  if (name === 'utf-32le' || name === 'utf-32be') return utf32(name);
  try {
    // The standard's name for a label of many.
    return whatwg(new TextDecoder(name).encoding);
  } catch {
    return undefined;
  }
}

const whatwg = (name: string): Decoder => ({
  name,
  decode(bytes, isCut) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes, { stream: isCut });
    } catch {
      return undefined;
    }
  },
});

/** Code points that are made a string at once. */
const pieceLength = 4096;

const utf32 = (name: 'utf-32le' | 'utf-32be'): Decoder => ({
  name,
  decode(bytes, isCut) {
    const length = bytes.length - (bytes.length % 4);
    if (length !== bytes.length && !isCut) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const pieces: string[] = [];
    let points: number[] = [];
    for (let at = 0; at < length; at += 4) {
      const point = view.getUint32(at, name === 'utf-32le');
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
      if (at > 0 || point !== 0xfeff) points.push(point);
      if (points.length < pieceLength && at + 4 < length) continue;
      pieces.push(String.fromCodePoint(...points));
      points = [];
    }
    return pieces.join('');
  },
});
