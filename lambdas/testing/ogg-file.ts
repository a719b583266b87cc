import { checksum, pageLength } from '../media/ogg/page.ts';

const at = { serial: 14, checksum: 22 } as const;

/** The pages of an Ogg file, each as it is in the file. */
export function oggPages(file: Buffer): Buffer[] {
  const pages: Buffer[] = [];
  for (let from = 0; from < file.length; ) {
    const length = pageLength(file, from);
    if (length === undefined) throw new Error(`There is no page at ${from}`);
    pages.push(Buffer.from(file.subarray(from, from + length)));
    from += length;
  }
  return pages;
}

/** A page with its checksum, after a change of its bytes. */
export function signedPage(page: Buffer): Buffer {
  page.writeUInt32LE(checksum(page, 0, page.length), at.checksum);
  return page;
}

/** The same file with another number of its stream. */
export function withSerial(file: Buffer, serial: number): Buffer {
  const pages = oggPages(file);
  for (const page of pages) page.writeUInt32LE(serial, at.serial);
  return Buffer.concat(pages.map(signedPage));
}
