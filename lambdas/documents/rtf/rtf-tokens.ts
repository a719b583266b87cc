/** A group's brace, a control word with its number, a byte by its digits, a control symbol, or letters. */
export type RtfToken =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'word'; readonly name: string; readonly value: number | undefined }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'bytes'; readonly bytes: string; readonly isHex: boolean };

const token =
  /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]{1,4096})|[\r\n]+|\\/y;

/**
 * The tokens of a file in the Rich Text Format, one byte a character.
 * Source: RTF specification 1.9.1, "Contents of an RTF file".
 */
export function* rtfTokens(source: string): Generator<RtfToken> {
  token.lastIndex = 0;
  let at = 0;
  while (at < source.length) {
    token.lastIndex = at;
    const found = token.exec(source);
    if (!found) return;
    at += found[0].length;
    const [, word, value, hex, symbol, brace, text] = found;
    if (word !== undefined) {
      const number = value === undefined ? undefined : Number(value);
      // Bytes of a picture, which may look like anything.
      if (word === 'bin') at += Math.max(0, number ?? 0);
      else yield { kind: 'word', name: word, value: number };
    } else if (hex !== undefined)
      yield { kind: 'bytes', bytes: String.fromCharCode(Number.parseInt(hex, 16)), isHex: true };
    else if (symbol !== undefined) yield { kind: 'symbol', name: symbol };
    else if (brace !== undefined) yield brace === '{' ? { kind: 'open' } : { kind: 'close' };
    else if (text !== undefined) yield { kind: 'bytes', bytes: text, isHex: false };
  }
}
