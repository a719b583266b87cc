/** Elements of Matroska and WebM files (RFC 8794, RFC 9559). */

/** An element: where its content begins, and where it ends; undefined for a size that its writer did not know. */
export interface Element {
  readonly id: number;
  readonly start: number;
  readonly end: number | undefined;
}

/** Bytes of an element's name and size, at most (RFC 8794 §5, §6). */
export const elementHeadBytes = 12;

/**
 * The head of an element.
 * @param offset of the first byte in the file
 * @returns undefined when the bytes are no element's
 */
export function elementAt(bytes: Uint8Array, at: number, offset = 0): Element | undefined {
  const idBytes = widthOf(bytes[at] ?? 0);
  if (idBytes > 4) return undefined;
  const sizeAt = at + idBytes;
  const sizeBytes = widthOf(bytes[sizeAt] ?? 0);
  if (sizeBytes > 8 || sizeAt + sizeBytes > bytes.length) return undefined;
  const id = bytes.subarray(at, sizeAt).reduce((value, byte) => value * 256 + byte, 0);
  const first = (bytes[sizeAt] ?? 0) & (0xff >> sizeBytes);
  const rest = bytes.subarray(sizeAt + 1, sizeAt + sizeBytes);
  const size = rest.reduce((value, byte) => value * 256 + byte, first);
  // All bits of the size are set (RFC 8794 §6.2).
  const isUnknown = first === 0xff >> sizeBytes && rest.every((byte) => byte === 0xff);
  const start = offset + sizeAt + sizeBytes;
  return { id, start, end: isUnknown ? undefined : start + size };
}

/** The elements in some bytes, one after the other, up to the first that is damaged. */
export function* elementsIn(bytes: Uint8Array): Generator<Element & { readonly content: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    if (!element) return;
    const end = Math.min(bytes.length, element.end ?? bytes.length);
    yield { ...element, content: bytes.subarray(element.start, end) };
    at = end;
  }
}

/** Bytes of a number whose width its first byte tells (RFC 8794 §4.1); 9 for none. */
const widthOf = (first: number) => Math.clz32(first) - 24 + 1;
