const mark = Buffer.from('/CIDFontType');
const [object, endOfObject] = [Buffer.from('obj'), Buffer.from('endobj')];
/** Bytes of an object in which its font is looked for; the widths of its glyphs may take many. */
const [bytesBefore, bytesAfter] = [4096, 65_536];

const descendant = /\/Subtype\s*\/CIDFontType/;
/** Entries that PDF.js does not need. */
const needless = /\/Type\s*\/Font(?![A-Za-z])|\/Supplement\s+\d+/g;

/**
 * Gives an empty descriptor to fonts of many characters that have none: without one, PDF.js takes them for fonts of single bytes,
 * and Japanese in 90ms-RKSJ-H becomes Latin letters. The descriptor is required (ISO 32000-1, table 117), but old printers' drivers
 * leave it out. It takes the place of entries that nothing needs, so every object stays where it is.
 * @param file is changed
 */
export function addDescriptors(file: Uint8Array): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let done = 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (at < done) continue;
    const near = Math.max(0, at - bytesBefore);
    const opening = bytes.subarray(near, at).lastIndexOf(object);
    const closing = bytes.subarray(at, at + bytesAfter).indexOf(endOfObject);
    if (opening < 0 || closing < 0) continue;
    const [start, end] = [near + opening + object.length, at + closing];
    done = end;
    const text = bytes.toString('latin1', start, end);
    if (text.includes('/FontDescriptor')) continue;
    const described = text.replaceAll(needless, '').replace(descendant, '/FontDescriptor<<>>$&');
    if (described.length <= text.length) bytes.write(described.padEnd(text.length), start, 'latin1');
  }
}
