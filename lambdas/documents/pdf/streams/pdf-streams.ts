import { constants, inflateSync } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { DomainError } from '../../../domain/errors.ts';
import type { WorkBudget } from '../../../runtime/work-budget.ts';
import { fromAscii85, fromHex } from './ascii.ts';
import { dictionaryBefore, type StreamDictionary } from './dictionary.ts';
import { lzwLength, runLength } from './unpacked-length.ts';

/** PDF.js decompresses the streams of a PDF without a limit, so their sizes are checked first. */

const [streamMark, endMark] = [Buffer.from('stream'), Buffer.from('endstream')];
/** Compression inside compression that is inspected, at most. */
const maxLayers = 4;

/**
 * Checks what the reader decodes. Pictures are not text, so they do not count, and are blanked: nothing decodes them by another name.
 * @param file its pictures are overwritten
 * @returns the number of its pictures
 * @throws DomainError `unsupported-media` when a stream of the file decompresses to more than {@link limits.documentStreamBytes},
 * or all of them to more than {@link limits.documentUnpackedBytes}
 * @param budget looked at before each stream: those of a hostile file overlap, and decompress in vain
 */
export function checkStreams(file: Uint8Array, budget: WorkBudget): number {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let [unpacked, end, pictures] = [0, 0, 0];
  for (let at = bytes.indexOf(streamMark); at >= 0; at = bytes.indexOf(streamMark, at + 1)) {
    budget();
    let start = at + streamMark.length;
    while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
    if (end < start) {
      const next = bytes.indexOf(endMark, start);
      end = next < 0 ? bytes.length : next;
    }
    if (bytes.subarray(at - 3, at).equals(endMark.subarray(0, 3))) continue;
    const dictionary = dictionaryBefore(bytes, at);
    if (dictionary.isImage) {
      bytes.fill(0, start, end);
      pictures += 1;
      continue;
    }
    const packed = bytes.subarray(start);
    unpacked += Math.max(unpack(packed, 1), unpackAs(dictionary, bytes.subarray(start, end)));
    if (unpacked > limits.documentUnpackedBytes) {
      throw tooLarge('The PDF', `decompresses to more than ${limits.documentUnpackedBytes} bytes in all`);
    }
  }
  return pictures;
}

/** @returns decompressed bytes of all layers of a stream that looks compressed, whatever its dictionary says */
function unpack(packed: Buffer, layer: number): number {
  if (!looksCompressed(packed)) return 0;
  const unpacked = inflated(packed);
  if (!unpacked) return 0;
  if (layer >= maxLayers && looksCompressed(unpacked)) {
    throw tooLarge(aStream, `is compressed more than ${maxLayers} times over`);
  }
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
    throw streamTooLarge();
  }
}

/** @returns bytes of a stream that is decoded by the filters of its dictionary; where they are elsewhere, by any */
function unpackAs({ filters, isUncertain, isEarly }: StreamDictionary, packed: Buffer): number {
  const lists = isUncertain ? [...filters, ['LZWDecode'], ['RunLengthDecode']] : filters;
  return lists.reduce((most, names) => Math.max(most, lengthAs(names, packed, isEarly)), 0);
}

/** @param names of filters, in the order of decoding; also the short ones that PDF.js takes (ISO 32000-1, table 94) */
function lengthAs(names: readonly string[], packed: Buffer, isEarly: boolean): number {
  const most = limits.documentStreamBytes;
  let bytes = packed;
  for (const [at, name] of names.entries()) {
    switch (name) {
      case 'ASCIIHexDecode':
      case 'AHx':
        bytes = fromHex(bytes);
        break;
      case 'ASCII85Decode':
      case 'A85':
        bytes = fromAscii85(bytes, most);
        break;
      case 'FlateDecode':
      case 'Fl':
        // Alone it is checked by what the stream looks like.
        if (at === 0 && names.length === 1) return 0;
        bytes = inflated(bytes) ?? Buffer.alloc(0);
        break;
      case 'LZWDecode':
      case 'LZW':
      case 'RunLengthDecode':
      case 'RL': {
        if (at < names.length - 1)
          throw tooLarge(aStream, 'is compressed in several ways, one upon the other');
        const length = name.startsWith('LZW') ? lzwLength(bytes, isEarly, most) : runLength(bytes, most);
        if (length > most) throw streamTooLarge();
        return length;
      }
      default:
        return bytes === packed ? 0 : bytes.length;
    }
    if (bytes.length > most) throw streamTooLarge();
  }
  return bytes === packed ? 0 : bytes.length;
}

const aStream = 'A stream of the PDF';

const streamTooLarge = () =>
  tooLarge(aStream, `decompresses to more than ${limits.documentStreamBytes} bytes`);

const tooLarge = (what: string, how: string) =>
  new DomainError(
    'unsupported-media',
    `${what} ${how}; save it again, for example by printing it to a PDF file, and upload that.`,
  );
