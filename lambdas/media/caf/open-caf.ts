import type { ObjectReader } from '../decoding/object-reader.ts';
import type { PcmCodec } from '../decoding/pcm.ts';
import type { Recording } from '../decoding/recording.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';
import { type Chunk, chunks, formatChunk, latin1, letters } from '../samples/chunks.ts';
import { ima4Blocks } from '../samples/ima-adpcm.ts';
import { pcmBlocks, type SampleBlocks } from '../samples/sample-blocks.ts';
import { sampledRecording } from '../samples/sampled-recording.ts';

/** Apple's Core Audio files. Source: Apple, "Core Audio Format Specification 1.0". */

/** Bytes of the file's own header, of each chunk's, of the description, and of the count of edits before the sound. */
const fileHeadBytes = 8;
const chunkBytes = 12;
const descriptionBytes = 32;
const editBytes = 4;
/** Flags of linear PCM. */
const isFloat = 1;
const isLittle = 2;

const layout = { from: fileHeadBytes, headBytes: chunkBytes, size: sizeOf, even: false };

/** A size of -1 reaches the end of the file; so does one that no file can have. */
function sizeOf(head: DataView): number | undefined {
  const size = Number(head.getBigInt64(4));
  return size >= 0 && Number.isSafeInteger(size) ? size : undefined;
}

interface Description {
  readonly sampleRate: number;
  readonly blocks: SampleBlocks;
}

/**
 * Opens a Core Audio file.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function openCaf(object: ObjectReader): Promise<Recording> {
  if (latin1(await object.range(0, 4), 0, 4) !== 'caff') {
    throw unreadable('it does not begin as a Core Audio file.');
  }
  let description: Description | undefined;
  for await (const chunk of chunks(object, layout)) {
    // The description is the first chunk (§"Required Chunks").
    if (chunk.id === 'desc') description = parseDescription(await formatChunk(object, chunk));
    if (chunk.id === 'data' && description)
      return sampledRecording(object, { ...description, ...soundIn(chunk) });
  }
  throw unreadable('it ends before any audio; it may be cut short.');
}

function parseDescription(chunk: DataView): Description {
  if (chunk.byteLength < descriptionBytes) throw unreadable('its description is cut short.');
  const sampleRate = chunk.getFloat64(0);
  const codec = letters(chunk, 8);
  const channels = chunk.getUint32(24);
  checkAudioFormat({ sampleRate, channels });
  if (codec === 'ima4') return { sampleRate, blocks: ima4Blocks(channels) };
  if (codec === 'ulaw' || codec === 'alaw') return { sampleRate, blocks: pcmBlocks(codec, channels) };
  if (codec !== 'lpcm') {
    throw unreadable(
      `its audio is ${JSON.stringify(codec)}, which cannot be decoded from Core Audio. Convert it, for example to M4A or MP3.`,
    );
  }
  const blocks = pcmBlocks(pcmCodec(chunk.getUint32(12), chunk.getUint32(28)), channels);
  const frameBytes = chunk.getUint32(16);
  if (frameBytes === blocks.blockBytes) return { sampleRate, blocks };
  throw unreadable(
    `its header contradicts itself: ${channels} channels of ${(8 * blocks.blockBytes) / channels} bits are not ${frameBytes} bytes. Convert it again.`,
  );
}

function pcmCodec(flags: number, bits: number): PcmCodec {
  const order = flags & isLittle ? '' : 'be';
  const bytes = Math.ceil(bits / 8);
  if (flags & isFloat) {
    if (bits === 32 || bits === 64) return `pcm-f${bits}${order}`;
  } else {
    if (bytes === 1) return 'pcm-s8';
    if (bytes === 2) return `pcm-s16${order}`;
    if (bytes === 3) return `pcm-s24${order}`;
    if (bytes === 4) return `pcm-s32${order}`;
  }
  const kind = flags & isFloat ? 'floats' : 'integers';
  throw unreadable(
    `it has ${kind} of ${bits} bits; integers of 1 to 32 bits and floats of 32 and 64 bits can be read.`,
  );
}

/** A count of edits is before the sound. Where the size is larger than the file, the length of the file counts. */
function soundIn({ size, at, left }: Chunk) {
  const held = size !== undefined && size > editBytes && size < left ? size : left;
  return { at: at + editBytes, bytes: Math.max(0, held - editBytes) };
}
