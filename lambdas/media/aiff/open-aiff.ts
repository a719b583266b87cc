import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';
import { type Chunk, chunks, formatChunk, latin1, letters } from '../samples/chunks.ts';
import { ima4Blocks } from '../samples/ima-adpcm.ts';
import { pcmBlocks, type SampleBlocks } from '../samples/sample-blocks.ts';
import { sampledRecording } from '../samples/sampled-recording.ts';

/**
 * Apple's AIFF and its compressed form AIFC. Source: Apple, "Audio Interchange File Format: AIFF", version 1.3, and "AIFF-C", draft of
 * August 26, 1991. Its numbers begin with the highest byte, except for the samples of `sowt`.
 */

/** Bytes of the file's own header, and of each chunk's. */
const formBytes = 12;
const chunkBytes = 8;
const layout = {
  from: formBytes,
  headBytes: chunkBytes,
  size: (head: DataView) => head.getUint32(4),
  even: true,
};
/** Bytes of the common chunk of AIFF, and of the offset and the block size before the sound. */
const commonBytes = 18;
const soundHeadBytes = 8;

/** Names of AIFC's codecs in another case or of another age. */
const codecs: Readonly<Record<string, (bits: number, channels: number) => SampleBlocks>> = {
  NONE: (bits, channels) => pcmBlocks(integerCodec(bits, 'be'), channels),
  twos: (bits, channels) => pcmBlocks(integerCodec(bits, 'be'), channels),
  sowt: (bits, channels) => pcmBlocks(integerCodec(bits, ''), channels),
  'raw ': (_, channels) => pcmBlocks('pcm-u8', channels),
  in24: (_, channels) => pcmBlocks('pcm-s24be', channels),
  in32: (_, channels) => pcmBlocks('pcm-s32be', channels),
  '23ni': (_, channels) => pcmBlocks('pcm-s32', channels),
  fl32: (_, channels) => pcmBlocks('pcm-f32be', channels),
  FL32: (_, channels) => pcmBlocks('pcm-f32be', channels),
  fl64: (_, channels) => pcmBlocks('pcm-f64be', channels),
  FL64: (_, channels) => pcmBlocks('pcm-f64be', channels),
  ulaw: (_, channels) => pcmBlocks('ulaw', channels),
  ULAW: (_, channels) => pcmBlocks('ulaw', channels),
  alaw: (_, channels) => pcmBlocks('alaw', channels),
  ALAW: (_, channels) => pcmBlocks('alaw', channels),
  ima4: (_, channels) => ima4Blocks(channels),
};

/** Integers of up to 32 bits, signed, at the upper end of whole bytes. */
function integerCodec(bits: number, order: '' | 'be') {
  const bytes = Math.ceil(bits / 8);
  if (bytes === 1) return 'pcm-s8';
  if (bytes === 2) return `pcm-s16${order}` as const;
  if (bytes === 3) return `pcm-s24${order}` as const;
  if (bytes === 4) return `pcm-s32${order}` as const;
  throw unreadable(`it has samples of ${bits} bits; integers of 1 to 32 bits can be read.`);
}

interface Common {
  readonly sampleRate: number;
  readonly blocks: SampleBlocks;
}

/**
 * Opens an AIFF or AIFC file.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function openAiff(object: ObjectReader): Promise<Recording> {
  const form = await object.range(0, formBytes);
  const type = latin1(form, 8, 12);
  if (latin1(form, 0, 4) !== 'FORM' || !(type === 'AIFF' || type === 'AIFC')) {
    throw unreadable('it does not begin as an AIFF file.');
  }
  let common: Common | undefined;
  let sound: { at: number; bytes: number } | undefined;
  // The chunks may be in any order.
  for await (const chunk of chunks(object, layout)) {
    if (chunk.id === 'COMM') common = parseCommon(await formatChunk(object, chunk), type === 'AIFC');
    if (chunk.id === 'SSND') sound = await soundIn(object, chunk);
    if (common && sound) return sampledRecording(object, { ...common, ...sound });
  }
  throw unreadable(`it ends before its ${sound ? 'format' : 'sound'}; it may be cut short.`);
}

function parseCommon(chunk: DataView, isCompressed: boolean): Common {
  if (chunk.byteLength < commonBytes + (isCompressed ? 4 : 0)) {
    throw unreadable('its format chunk is cut short.');
  }
  const channels = chunk.getUint16(0);
  const bits = chunk.getUint16(6);
  const sampleRate = extended(chunk, 8);
  const codec = isCompressed ? letters(chunk, commonBytes) : 'NONE';
  const blocksOf = Object.hasOwn(codecs, codec) ? codecs[codec] : undefined;
  if (!blocksOf) {
    throw unreadable(
      `its audio is ${JSON.stringify(codec)}; convert it to PCM (for example 16 bits at 16 kHz).`,
    );
  }
  checkAudioFormat({ sampleRate, channels });
  return { sampleRate, blocks: blocksOf(bits, channels) };
}

/** A number of 80 bits (IEEE 754-1985, double extended): a sign, an exponent of 15 bits, and all 64 bits of the significand. */
function extended(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383 - 63;
  return Number(view.getBigUint64(at + 2)) * 2 ** exponent;
}

/** The sound begins at an offset in its chunk. Where the size says nothing or is larger than the file, the length of the file counts. */
async function soundIn(object: ObjectReader, { size = 0, at, left }: Chunk) {
  const head = await object.range(at, at + soundHeadBytes);
  if (head.length < soundHeadBytes) return undefined;
  const offset = soundHeadBytes + new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
  const held = size > soundHeadBytes && size < left ? size : left;
  return { at: at + offset, bytes: Math.max(0, held - offset) };
}
