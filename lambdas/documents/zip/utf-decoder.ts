/** The decoder of XML in UTF-8, or in UTF-16 by its byte order mark, which Office writes rarely (ECMA-376 part 2, §6.3). */
export function utfDecoder([first, second]: Uint8Array): InstanceType<typeof TextDecoder> {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  return new TextDecoder('utf-8');
}
