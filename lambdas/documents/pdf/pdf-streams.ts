import { constants, inflateSync } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';

/** PDF.js decompresses the streams of a PDF without a limit, so their sizes are checked first. */

const streamMark = Buffer.from('stream');
/** Compression inside compression that is inspected, at most. */
const maxLayers = 4;
/**
 * Compression filters that this check does not implement; PDF writers have not used them for decades. Any letter of a name
 * may be written as its code (ISO 32000-1 §7.3.5).
 */
const uncheckedFilters = new RegExp(`/(?:${['LZWDecode', 'RunLengthDecode'].map(everySpelling).join('|')})`);
/** Bytes that are searched at once for such a name, and the most bytes of one. */
const [windowBytes, nameBytes] = [1024 ** 2, 64];

/**
 * @throws DomainError `unsupported-media` when a stream of the file decompresses to more than {@link limits.documentStreamBytes},
 * or all of them to more than {@link limits.documentUnpackedBytes}
 * @param budget looked at before each stream: those of a hostile file overlap, and decompress in vain
 */
export function checkStreamSizes(file: Uint8Array, budget: WorkBudget): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  refuseUncheckedFilters(bytes);
  let unpacked = 0;
  for (let at = bytes.indexOf(streamMark); at >= 0; at = bytes.indexOf(streamMark, at + 1)) {
    budget();
    let start = at + streamMark.length;
    while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
    unpacked += unpack(bytes.subarray(start), 1);
    if (unpacked > limits.documentUnpackedBytes) {
      throw tooLarge('The PDF', `decompresses to more than ${limits.documentUnpackedBytes} bytes in all`);
    }
  }
}

/** @returns decompressed bytes of all layers */
function unpack(packed: Buffer, layer: number): number {
  if (!looksCompressed(packed)) return 0;
  const unpacked = inflated(packed);
  if (!unpacked) return 0;
  if (layer >= maxLayers && looksCompressed(unpacked))
    throw tooLarge(aStream, `is compressed more than ${maxLayers} times over`);
  refuseUncheckedFilters(unpacked);
  return unpacked.length + unpack(unpacked, layer + 1);
}

/** Source: RFC 1950 §2.2: the method is 8, and the two bytes are a multiple of 31. */
const looksCompressed = ([method = 0, flags = 0]: Buffer) =>
  (method & 15) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;

/** @returns undefined when it is no compressed stream after all */
function inflated(packed: Buffer): Buffer | undefined {
  try {
    return inflateSync(packed, {
      maxOutputLength: limits.documentStreamBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw tooLarge(aStream, `decompresses to more than ${limits.documentStreamBytes} bytes`);
  }
}

function refuseUncheckedFilters(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += windowBytes) {
    if (uncheckedFilters.test(bytes.toString('latin1', at, at + windowBytes + nameBytes))) {
      throw tooLarge(aStream, 'uses an obsolete compression filter');
    }
  }
}

const aStream = 'A stream of the PDF';

const tooLarge = (what: string, how: string) =>
  new DomainError(
    'unsupported-media',
    `${what} ${how}; save it again, for example by printing it to a PDF file, and upload that.`,
  );

function everySpelling(name: string): string {
  return name.replaceAll(/./g, (letter) => `(?:${letter}|#(?i:${letter.charCodeAt(0).toString(16)}))`);
}
