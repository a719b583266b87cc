import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A ZIP file of texts by their names. The entry `mimetype` is first and not compressed, as OpenDocument and EPUB ask. */
export async function zipFile(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  const mtime = new Date('2026-01-01T00:00:00Z');
  for (const [name, text] of Object.entries(parts)) {
    // Nothing of an empty part can be compressed, and trying takes long for ten thousand.
    const compress = text.length > 0 && name !== 'mimetype';
    zip.addBuffer(Buffer.from(text as string), name, { mtime, compress });
  }
  zip.end();
  return buffer(zip.outputStream);
}
