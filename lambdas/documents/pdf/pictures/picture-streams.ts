import { limits } from '@nova/shared/limits';
import { pictureSize } from '../../pictures/picture-size.ts';
import { longestSide } from './jbig2-size.ts';
import { unpacksTooFar } from './unpacks-too-far.ts';

/** A picture of a PDF file that PDF.js need not decode. */
export type SeparatePicture =
  /** A JPEG picture as it stands in the file. */
  | { readonly jpeg: Uint8Array }
  /** Why it is not decoded. */
  | { readonly fault: string };

/** The pictures that were taken out of a file, by the numbers of their objects. */
export type SeparatedPictures = ReadonlyMap<number, SeparatePicture>;

const [streamMark, endMark] = [Buffer.from('stream'), Buffer.from('endstream')];
/** Bytes before a stream in which its object begins. */
const objectBytes = 4096;

const image = /\/Subtype\s*\/Image(?![A-Za-z0-9])/;
const filters = /\/Filter\s*(?:\/(?<one>[A-Za-z0-9]+)|\[(?<list>[^\]]*)\])/;

/**
 * Takes out of a PDF file the pictures that PDF.js would take long to decode, or without a limit: JPEG pictures, which models take as they
 * are, and pictures that are too large. In their place stands a picture of one pixel, so every object stays where it is.
 * @param file is changed
 */
export async function separatePictures(file: Uint8Array): Promise<SeparatedPictures> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const pictures = new Map<number, SeparatePicture>();
  const isEncrypted = bytes.includes('/Encrypt');
  for (let at = bytes.indexOf(streamMark); at >= 0; at = bytes.indexOf(streamMark, at + 1)) {
    if (bytes.subarray(at - 3, at).equals(endMark.subarray(0, 3))) continue;
    const object = objectBefore(bytes, at);
    if (!object || !image.test(object.dictionary)) continue;
    const start = at + streamMark.length + lineEnd(bytes, at + streamMark.length);
    const found = bytes.indexOf(endMark, start);
    const end = found < 0 ? bytes.length : found;
    const separate = isEncrypted ? encrypted : await separated(object.dictionary, bytes.subarray(start, end));
    if (!separate) continue;
    // The bytes that a fault describes are never decoded, by whatever name.
    const kept = 'jpeg' in separate ? { jpeg: new Uint8Array(separate.jpeg) } : separate;
    if (replaced(bytes, object)) pictures.set(object.number, kept);
    bytes.fill(0, start, end);
    at = end;
  }
  return pictures;
}

/** Bytes of the line end after the word `stream` (ISO 32000-1 §7.3.8.1). */
function lineEnd(bytes: Buffer, at: number): number {
  if (bytes[at] === 0x0d) return bytes[at + 1] === 0x0a ? 2 : 1;
  return bytes[at] === 0x0a ? 1 : 0;
}

/** What a picture decompresses to is not known before it is decrypted. */
const encrypted: SeparatePicture = {
  fault: 'its picture is encrypted; save the file without protection, and upload that',
};

interface ImageObject {
  readonly number: number;
  readonly dictionary: string;
  /** Where the dictionary begins in the file. */
  readonly from: number;
}

function objectBefore(bytes: Buffer, stream: number): ImageObject | undefined {
  const from = Math.max(0, stream - objectBytes);
  const text = bytes.toString('latin1', from, stream);
  const [opening] = [...text.matchAll(/(\d{1,7})\s+\d{1,5}\s+obj\b/g)].slice(-1);
  if (!opening) return undefined;
  const begins = opening.index + opening[0].length;
  return { number: Number(opening[1]), dictionary: text.slice(begins), from: from + begins };
}

/** @returns undefined for a picture that PDF.js decodes */
async function separated(dictionary: string, stream: Buffer): Promise<SeparatePicture | undefined> {
  const { one, list = '' } = filters.exec(dictionary)?.groups ?? {};
  const names = one === undefined ? (list.match(/[A-Za-z0-9]+/g) ?? []) : [one];
  const last = names.at(-1);
  if (last === 'JPXDecode') return { fault: 'its picture is in JPEG 2000, which is not decoded here' };
  const [width, height] = [numberOf(dictionary, 'Width'), numberOf(dictionary, 'Height')];
  if (width === undefined || height === undefined) return { fault: 'its picture does not say its size' };
  if (names.length === 1 && (last === 'DCTDecode' || last === 'DCT')) {
    const size = pictureSize(stream) ?? { width, height };
    if (Math.max(size.width, size.height) > limits.pictureSide) return tooLarge(size.width, size.height);
    // A model may take the inks of print for the colours of a screen: PDF.js converts them, and what `Decode` says.
    if (!/\/Decode\s*\[|\/DeviceCMYK|\/N\s+4\b/.test(dictionary)) return { jpeg: stream };
  }
  const inside = last === 'JBIG2Decode' ? longestSide(stream) : (numberOf(dictionary, 'Columns') ?? 0);
  if (inside > limits.pictureSide) return { fault: 'its picture is larger inside than it says' };
  const isBits = /\/BitsPerComponent\s+1\b|\/ImageMask\s+true|CCITTFaxDecode|JBIG2Decode/.test(dictionary);
  if (Math.max(width, height) > limits.pictureSide) return tooLarge(width, height);
  if ((width * height * (isBits ? 1 : 24)) / 8 > limits.picturePixelBytes) return tooLarge(width, height);
  return (await unpacksTooFar(names, stream, !/\/EarlyChange\s+0(?!\d)/.test(dictionary)))
    ? { fault: 'its picture decompresses to more than it may' }
    : undefined;
}

const numberOf = (dictionary: string, name: string): number | undefined => {
  const [, digits] = new RegExp(`/${name}\\s+(\\d{1,10})\\b(?!\\s+\\d+\\s+R)`).exec(dictionary) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

const tooLarge = (width: number, height: number): SeparatePicture => ({
  fault: `its picture has ${width} × ${height} pixels, which is more than is read; scan it at 300 dots an inch`,
});

/** Writes the dictionary of a picture of one pixel over another, which is longer. */
function replaced(bytes: Buffer, { dictionary, from }: ImageObject): boolean {
  const [length] = /\/Length\s+\d+(?:\s+\d+\s+R)?/.exec(dictionary) ?? [];
  const pixel = `<</Subtype/Image/W 1/H 1/BPC 8/CS/DeviceGray${length ?? '/Length 1'}>>`;
  if (pixel.length > dictionary.length) return false;
  bytes.write(pixel.padEnd(dictionary.length), from, 'latin1');
  return true;
}
