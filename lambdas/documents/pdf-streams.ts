import { constants, inflateSync } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { DomainError } from '../domain/errors.ts';

/** A PDF packs its streams, and PDF.js unpacks them without asking how large they get: this asks before. */

const streamMark = Buffer.from('stream');
/** Packing inside packing that is looked into. */
const maxLayers = 4;
/**
 * Ways of packing whose size nobody can tell without unpacking; PDF writers have not used them for decades. Any letter of a
 * name may be written as its code (ISO 32000-1 §7.3.5).
 */
const unknowable = new RegExp(`/(?:${['LZWDecode', 'RunLengthDecode'].map(everySpelling).join('|')})`);
/** Bytes that are searched at once for such a name, and how long one can be. */
const [windowBytes, nameBytes] = [1024 ** 2, 64];

/**
 * @throws DomainError `unsupported-media` when a stream of the file unpacks to more than {@link limits.documentStreamBytes}, or
 * all of them to more than {@link limits.documentUnpackedBytes}
 */
export function refuseBombs(file: Uint8Array): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  refuseUnknowable(bytes);
  let unpacked = 0;
  for (let at = bytes.indexOf(streamMark); at >= 0; at = bytes.indexOf(streamMark, at + 1)) {
    let start = at + streamMark.length;
    while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
    unpacked += unpack(bytes.subarray(start), 1);
    if (unpacked > limits.documentUnpackedBytes) {
      throw tooLarge('The PDF', `unpacks to more than ${limits.documentUnpackedBytes} bytes in all`);
    }
  }
}

/** @returns bytes that came out of it, of all layers */
function unpack(packed: Buffer, layer: number): number {
  if (!looksPacked(packed)) return 0;
  const unpacked = inflated(packed);
  if (!unpacked) return 0;
  if (layer >= maxLayers && looksPacked(unpacked)) throw tooLarge(aPart, 'is packed many times over');
  refuseUnknowable(unpacked);
  return unpacked.length + unpack(unpacked, layer + 1);
}

/** Source: RFC 1950 §2.2: the method is 8, and the two bytes are a multiple of 31. */
const looksPacked = ([method = 0, flags = 0]: Buffer) =>
  (method & 15) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;

/** @returns undefined when it is no packed stream after all */
function inflated(packed: Buffer): Buffer | undefined {
  try {
    return inflateSync(packed, {
      maxOutputLength: limits.documentStreamBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw tooLarge(aPart, `unpacks to more than ${limits.documentStreamBytes} bytes`);
  }
}

function refuseUnknowable(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += windowBytes) {
    if (unknowable.test(bytes.toString('latin1', at, at + windowBytes + nameBytes))) {
      throw tooLarge(aPart, 'is packed in a way no longer in use');
    }
  }
}

const aPart = 'A part of the PDF';

const tooLarge = (what: string, how: string) =>
  new DomainError(
    'unsupported-media',
    `${what} ${how}; save it anew, for example by printing it to a PDF file, and upload that.`,
  );

function everySpelling(name: string): string {
  return name.replaceAll(/./g, (letter) => `(?:${letter}|#(?i:${letter.charCodeAt(0).toString(16)}))`);
}
