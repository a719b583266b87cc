import type { ObjectReader } from '../decoding/object-reader.ts';
import type { PcmCodec } from '../decoding/pcm.ts';
import type { Recording } from '../decoding/recording.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';
import { latin1 } from '../samples/chunks.ts';
import { pcmBlocks } from '../samples/sample-blocks.ts';
import { sampledRecording } from '../samples/sampled-recording.ts';

/** Sun's and NeXT's AU files: a header of 24 bytes, a note, and samples. Source: Oracle, Solaris manual, "audio.au". */

const headBytes = 24;
/** Encodings. Source: `audio.au`, and NeXT's `soundstruct.h`. */
const codecs: Readonly<Record<number, PcmCodec>> = {
  1: 'ulaw',
  2: 'pcm-s8',
  3: 'pcm-s16be',
  4: 'pcm-s24be',
  5: 'pcm-s32be',
  6: 'pcm-f32be',
  7: 'pcm-f64be',
  27: 'alaw',
};
const codecNames: Readonly<Record<number, string>> = {
  23: 'G.721 ADPCM',
  24: 'G.722 ADPCM',
  25: 'G.723 ADPCM of 3 bits',
  26: 'G.723 ADPCM of 5 bits',
};

/**
 * Opens an AU file.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function openAu(object: ObjectReader): Promise<Recording> {
  const bytes = await object.range(0, headBytes);
  if (latin1(bytes, 0, 4) !== '.snd') throw unreadable('it does not begin as an AU file.');
  if (bytes.length < headBytes) throw unreadable('it ends before any audio; it may be cut short.');
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [at, size, encoding] = [head.getUint32(4), head.getUint32(8), head.getUint32(12)];
  const [sampleRate, channels] = [head.getUint32(16), head.getUint32(20)];
  const codec = codecs[encoding];
  if (!codec) {
    const name = codecNames[encoding] ?? `encoding ${encoding}`;
    throw unreadable(`its audio is ${name}; convert it to PCM (for example 16 bits at 16 kHz).`);
  }
  checkAudioFormat({ sampleRate, channels });
  if (at < headBytes)
    throw unreadable(`its header says that the audio begins at byte ${at}. Convert it again.`);
  // A size of 4 GiB - 1 is unknown. Where it is larger than the file, the length of the file counts.
  const left = Math.max(0, object.size - at);
  const held = size > 0 && size < left ? size : left;
  return sampledRecording(object, { sampleRate, blocks: pcmBlocks(codec, channels), at, bytes: held });
}
