import { ByteReader } from '../decoding/byte-reader.ts';
import { decodeFrames } from './decode.ts';
import { notSupported, parseFormat, type WavFormat } from './format.ts';

/** A WAV file whose header has been read. */
export interface WavAudio {
  readonly format: WavFormat;
  /** Seconds of audio the file holds. */
  readonly seconds: number;
  /** The audio as it comes, mixed to one channel, from -1 to 1. To be read once. */
  readonly samples: AsyncIterable<Float32Array>;
}

/** The same, and where its audio is in the file, in bytes: whole frames. */
export interface WavFile extends WavAudio {
  readonly audio: { readonly at: number; readonly bytes: number };
}

/** Bytes of the file's own header, and of each chunk's. */
const riffBytes = 12;
const chunkBytes = 8;
/** A format chunk is some dozen bytes; more is no format chunk. */
const formatBytesMost = 1024;
/** Bytes decoded at once. */
const pieceBytes = 64 * 1024;

/**
 * A size that a program writes when it cannot know the size: 0 and 4 GiB - 1 (ffmpeg and others into a pipe), and near
 * 2 GiB (SoX into a pipe).
 */
const isUnknown = (size: number) => size === 0 || size >= 0x7fff_0000;

/**
 * Reads a RIFF/WAVE file (Microsoft Multimedia Programming Interface, 1991) from its bytes as they come.
 * @param pieces of the file, of any size
 * @param fileBytes size of the file
 * @throws DomainError `unsupported-media` saying what is wrong with the file
 */
export async function readWav(pieces: AsyncIterable<Uint8Array>, fileBytes: number): Promise<WavFile> {
  const reader = new ByteReader(pieces);
  const riff = await reader.read(riffBytes);
  if (!riff || text(riff, 0) !== 'RIFF' || text(riff, 8) !== 'WAVE') {
    throw notSupported('it does not begin as a RIFF/WAVE file.');
  }
  const { format, bytes } = await findAudio(reader, fileBytes);
  const frames = Math.floor(bytes / format.frameBytes);
  const audio = { at: reader.position, bytes: frames * format.frameBytes };
  return {
    format,
    seconds: frames / format.sampleRate,
    audio,
    samples: decoded(reader, format, audio.bytes),
  };
}

/**
 * The audio from any of its frames on, mixed to one channel, from -1 to 1.
 * @param pieces of the file from that frame on
 * @param bytes of audio that come
 */
export function wavSamples(
  pieces: AsyncIterable<Uint8Array>,
  format: WavFormat,
  bytes: number,
): AsyncGenerator<Float32Array> {
  return decoded(new ByteReader(pieces), format, bytes);
}

/** Reads chunks up to the audio. Chunks that are not about the audio (LIST, bext, …) are passed over. */
async function findAudio(
  reader: ByteReader,
  fileBytes: number,
): Promise<{ format: WavFormat; bytes: number }> {
  let format: WavFormat | undefined;
  for (;;) {
    const header = await reader.read(chunkBytes);
    if (!header) throw notSupported('it ends before any audio; it may be cut short.');
    const id = text(header, 0);
    const size = new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(4, true);
    const left = fileBytes - reader.position;
    if (id === 'data') {
      if (!format) throw notSupported('its audio comes before its format.');
      return { format, bytes: audioBytes(size, left) };
    }
    if (size > left) throw notSupported(`it is cut short inside its ${JSON.stringify(id)} chunk.`);
    if (id === 'fmt ') format = parseFormat(await formatChunk(reader, size));
    else await reader.skip(size);
    // Chunks begin at even places (RIFF).
    await reader.skip(size % 2);
  }
}

async function formatChunk(reader: ByteReader, size: number): Promise<Uint8Array> {
  const chunk = size <= formatBytesMost ? await reader.read(size) : undefined;
  if (!chunk) throw notSupported(`its format chunk says it has ${size} bytes.`);
  return chunk;
}

function audioBytes(size: number, left: number): number {
  if (size <= left && size > 0) return size;
  if (isUnknown(size)) return left;
  throw notSupported(
    `its header says ${size} bytes of audio, and ${left} are there; it is cut short. Upload the whole file.`,
  );
}

async function* decoded(reader: ByteReader, format: WavFormat, bytes: number): AsyncGenerator<Float32Array> {
  const wholeFrames = Math.floor(pieceBytes / format.frameBytes) * format.frameBytes;
  for (let left = bytes; left > 0; ) {
    const piece = await reader.read(Math.min(left, wholeFrames));
    if (!piece) throw new Error(`The object ended ${left} bytes before its size said`);
    yield decodeFrames(piece, format);
    left -= piece.length;
  }
}

const text = (bytes: Uint8Array, at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
