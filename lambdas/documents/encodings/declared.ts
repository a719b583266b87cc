/** Byte order marks, the longer first. Source: WHATWG Encoding Standard, "BOM sniff"; UTF-32 and GB18030 by Unicode, "BOM FAQ". */
const marks: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe, 0, 0], 'utf-32le'],
  [[0, 0, 0xfe, 0xff], 'utf-32be'],
  [[0x84, 0x31, 0x95, 0x33], 'gb18030'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** The encoding that a byte order mark names. */
export const markedEncoding = (bytes: Uint8Array): string | undefined =>
  marks.find(([mark]) => mark.every((byte, place) => bytes[place] === byte))?.[1];

/** Bytes of a page in which browsers look for its encoding. Source: HTML Standard, "prescan a byte stream". */
const prescanBytes = 1024;

/**
 * The encoding that a page names in a `<meta>`, or in the declaration of XML before it. A `<meta>` that can be read is not in UTF-16,
 * whatever it says. Source: HTML Standard, "prescan a byte stream to determine its encoding".
 */
export function pageEncoding(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(prescanBytes, bytes.length))
    .toString('latin1')
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '');
  const inXml = /^\s*<\?xml\s[^>]*encoding\s*=\s*["']([\w.:-]+)["']/i.exec(start)?.[1];
  const metas = start.match(/<meta\s[^>]*>/gi) ?? [];
  const inMeta = metas.map((meta) => /charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(meta)?.[1]).find(Boolean);
  const found = (inMeta ?? inXml)?.toLowerCase();
  if (found?.startsWith('utf-16')) return 'utf-8';
  return found === 'x-user-defined' ? 'windows-1252' : found;
}
