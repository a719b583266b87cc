import type { MediaType } from '@nova/shared/media-types';
import type { ContentObjects, ObjectHead } from './objects.ts';

/** First bytes of a ZIP file (APPNOTE 6.3.10, §4.3.7), and of a compound file (MS-CFB §2.2). */
const [zipMark, compoundMark] = [Buffer.from('PK\x03\x04', 'latin1'), Buffer.from('d0cf11e0a1b11ae1', 'hex')];

export const isZip = (start: Uint8Array) => zipMark.equals(start.subarray(0, zipMark.length));

/** An old Office file, or an encrypted new one. */
export const isCompound = (start: Uint8Array) => compoundMark.equals(start.subarray(0, compoundMark.length));

/** Bytes of the end of a ZIP file in which the names of its parts are looked for. */
const endBytes = 256 * 1024;

const office = 'application/vnd.openxmlformats-officedocument.';

/** Parts that only one kind of document has, with any number in their names. Source: ECMA-376 part 1, §11.3, §12.3 and §13.3. */
const mainParts: readonly (readonly [RegExp, MediaType])[] = [
  [/word[/\\]document\d*\.xml/i, `${office}wordprocessingml.document`],
  [/xl[/\\]workbook\d*\.xml/i, `${office}spreadsheetml.sheet`],
  [/ppt[/\\]presentation\d*\.xml/i, `${office}presentationml.presentation`],
];

/**
 * The type of a ZIP file that is an office document, by the names in its directory, which is at its end.
 * @returns undefined for any other ZIP file
 */
export async function officeType(
  objects: Pick<ContentObjects, 'range'>,
  key: string,
  { bytes }: ObjectHead,
): Promise<MediaType | undefined> {
  const end = await objects.range(key, Math.max(0, bytes - endBytes), bytes);
  const names = Buffer.from(end.buffer, end.byteOffset, end.byteLength).toString('latin1');
  return mainParts.find(([part]) => part.test(names))?.[1];
}
