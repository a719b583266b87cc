import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import { decodePcm } from '../decoding/pcm.ts';
import type { Recording } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { parseFormat, type WavFormat } from './format.ts';

/**
 * RIFF/WAVE files (Microsoft Multimedia Programming Interface, 1991). They are read here and not by mediabunny, which takes
 * a size of 0 for no audio and accepts a file that is cut short.
 */

/** What the header of a WAV file says. */
export interface WavHeader {
  readonly format: WavFormat;
  /** Seconds of audio the file holds. */
  readonly seconds: number;
  /** Offset and size of the audio in bytes: whole frames. */
  readonly audio: { readonly at: number; readonly bytes: number };
}

/** Bytes of the file's own header, and of each chunk's. */
const riffBytes = 12;
const chunkBytes = 8;
/** A format chunk is some dozen bytes; more is no format chunk. */
const maxFormatBytes = 1024;
/** Bytes decoded at once. */
const pieceBytes = 64 * 1024;

/**
 * A size that a program writes when it cannot know the size: 0 and 4 GiB - 1 (ffmpeg and others into a pipe), and near
 * 2 GiB (SoX into a pipe).
 */
const isUnknown = (size: number) => size === 0 || size >= 0x7fff_0000;

/**
 * Opens a WAV file.
 * @throws DomainError `unsupported-media` with the fault of the file
 */
export async function openWav(object: ObjectReader): Promise<Recording> {
  const { format, seconds, audio } = await readHeader(object.pieces(0), object.size);
  if (seconds === 0) throw unreadable('it has no sound. Check that it plays, and upload it again.');
  const { sampleRate, channels, frameBytes } = format;
  return {
    codec: 'pcm',
    seconds,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from) {
      const skipped = Math.round(from * sampleRate) * frameBytes;
      if (skipped >= audio.bytes) return;
      yield* decodedSamples(object.pieces(audio.at + skipped), format, audio.bytes - skipped);
    },
  };
}

/**
 * Reads a file up to its audio.
 * @param pieces of the file, of any size
 * @param fileBytes size of the file
 * @throws DomainError `unsupported-media` with the fault of the file
 */
export async function readHeader(pieces: AsyncIterable<Uint8Array>, fileBytes: number): Promise<WavHeader> {
  const reader = new ByteReader(pieces);
  const riff = await reader.read(riffBytes);
  if (!riff || text(riff, 0) !== 'RIFF' || text(riff, 8) !== 'WAVE') {
    throw unreadable('it does not begin as a RIFF/WAVE file.');
  }
  const { format, bytes } = await findAudio(reader, fileBytes);
  const frames = Math.floor(bytes / format.frameBytes);
  return {
    format,
    seconds: frames / format.sampleRate,
    audio: { at: reader.position, bytes: frames * format.frameBytes },
  };
}

/** Reads chunks up to the audio. Chunks that are not about the audio (LIST, bext, …) are skipped. */
async function findAudio(
  reader: ByteReader,
  fileBytes: number,
): Promise<{ format: WavFormat; bytes: number }> {
  let format: WavFormat | undefined;
  for (;;) {
    const header = await reader.read(chunkBytes);
    if (!header) throw unreadable('it ends before any audio; it may be cut short.');
    const id = text(header, 0);
    const size = new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(4, true);
    const left = fileBytes - reader.position;
    if (id === 'data') {
      if (!format) throw unreadable('its audio comes before its format.');
      return { format, bytes: audioBytes(size, left) };
    }
    if (size > left) throw unreadable(`it is cut short inside its ${JSON.stringify(id)} chunk.`);
    if (id === 'fmt ') format = parseFormat(await formatChunk(reader, size));
    else await reader.skip(size);
    // Chunks begin at even offsets (RIFF).
    await reader.skip(size % 2);
  }
}

async function formatChunk(reader: ByteReader, size: number): Promise<Uint8Array> {
  const chunk = size <= maxFormatBytes ? await reader.read(size) : undefined;
  if (!chunk) throw unreadable(`its format chunk says it has ${size} bytes.`);
  return chunk;
}

function audioBytes(size: number, left: number): number {
  if (size <= left && size > 0) return size;
  if (isUnknown(size)) return left;
  throw unreadable(
    `its header says ${size} bytes of audio, and the file holds ${left}; it is cut short. Upload the whole file.`,
  );
}

/**
 * The audio from any of its frames on, mixed to one channel, from -1 to 1.
 * @param pieces of the file from that frame on
 * @param bytes of audio to decode
 */
export async function* decodedSamples(
  pieces: AsyncIterable<Uint8Array>,
  { codec, channels, frameBytes }: WavFormat,
  bytes: number,
): AsyncGenerator<Float32Array> {
  const reader = new ByteReader(pieces);
  const wholeFrames = Math.floor(pieceBytes / frameBytes) * frameBytes;
  for (let left = bytes; left > 0; ) {
    const piece = await reader.read(Math.min(left, wholeFrames));
    if (!piece) throw new Error(`The object ended ${left} bytes before the size that S3 reported`);
    yield decodePcm(piece, codec, channels);
    left -= piece.length;
  }
}

const text = (bytes: Uint8Array, at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
