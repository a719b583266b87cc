import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { type Chunk, chunks, formatChunk, latin1 } from '../samples/chunks.ts';
import { sampledRecording } from '../samples/sampled-recording.ts';
import { parseFormat, type WavFormat } from './format.ts';

/**
 * RIFF/WAVE files (Microsoft Multimedia Programming Interface, 1991), with its big-endian form RIFX, and its form for more than 4 GiB,
 * RF64 (EBU Tech 3306), which ITU-R BS.2088 calls BW64. They are read here and not by mediabunny, which takes a size of 0 for no audio.
 */

/** What the header of a WAV file says. */
export interface WavHeader {
  readonly format: WavFormat;
  /** Offset and size of the audio in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** Samples of a channel, where a chunk counts them: the last block of ADPCM may be filled up. */
  readonly frames?: number | undefined;
}

/** Bytes of the file's own header, and of each chunk's. */
const riffBytes = 12;
const chunkBytes = 8;
/** Names of the file's own header: true for numbers that begin with the lowest byte. */
const orders: Readonly<Record<string, boolean>> = { RIFF: true, RF64: true, BW64: true, RIFX: false };

/**
 * Opens a WAV file.
 * @param openMpeg opens MPEG audio at an offset, which a WAV file may hold
 * @throws DomainError `unsupported-media` with the fault of the file
 */
export async function openWav(
  object: ObjectReader,
  openMpeg: (at: number) => Promise<Recording>,
): Promise<Recording> {
  const { format, ...audio } = await readHeader(object);
  const { sound, sampleRate, order } = format;
  if (sound === 'mpeg') return openMpeg(audio.at);
  return sampledRecording(object, { ...audio, sampleRate, order, blocks: sound });
}

/**
 * Reads a file up to its audio.
 * @throws DomainError `unsupported-media` with the fault of the file
 */
export async function readHeader(object: ObjectReader): Promise<WavHeader> {
  const riff = await object.range(0, riffBytes);
  const little = orders[latin1(riff, 0, 4)];
  if (little === undefined || latin1(riff, 8, 12) !== 'WAVE') {
    throw unreadable('it does not begin as a RIFF/WAVE file.');
  }
  const layout = {
    from: riffBytes,
    headBytes: chunkBytes,
    size: (head: DataView) => head.getUint32(4, little),
    even: true,
  };
  let format: WavFormat | undefined;
  let sizes: LongSizes | undefined;
  let frames: number | undefined;
  for await (const chunk of chunks(object, layout)) {
    if (chunk.id === 'data') {
      if (!format) throw unreadable('its audio comes before its format.');
      return { format, at: chunk.at, bytes: audioBytes(chunk, sizes), frames };
    }
    // Chunks that are not about the audio (LIST, bext, …) are skipped.
    if (chunk.id === 'fmt ') format = parseFormat(await formatChunk(object, chunk), little);
    else if (chunk.id === 'ds64') sizes = longSizes(await formatChunk(object, chunk));
    else if (chunk.id === 'fact') frames = await countOf(object, chunk, little);
    else if ((chunk.size ?? 0) > chunk.left) {
      throw unreadable(`it is cut short inside its ${JSON.stringify(chunk.id)} chunk.`);
    }
  }
  throw unreadable('it ends before any audio; it may be cut short.');
}

/** Sizes that do not fit into 32 bits (EBU Tech 3306 §3.2). */
interface LongSizes {
  readonly data: number;
}

const longSizes = (chunk: DataView): LongSizes | undefined =>
  chunk.byteLength >= 16 ? { data: Number(chunk.getBigUint64(8, true)) } : undefined;

async function countOf(object: ObjectReader, chunk: Chunk, little: boolean): Promise<number | undefined> {
  const content = await formatChunk(object, chunk);
  return content.byteLength >= 4 ? content.getUint32(0, little) : undefined;
}

/**
 * Bytes of audio. A program that writes into a pipe cannot know them, and writes a size that means nothing: 0, 4 GiB - 1 (ffmpeg), about
 * 2 GiB (SoX), 2,000,000,000. So the length of the file counts where a size is larger.
 */
function audioBytes({ size = 0, left }: Chunk, sizes: LongSizes | undefined): number {
  const said = size === 0xffff_ffff && sizes ? sizes.data : size;
  return said > 0 && said < left ? said : left;
}
