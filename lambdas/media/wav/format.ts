import { type ChannelOrder, maskOrder, waveOrder } from '../decoding/mix.ts';
import type { PcmCodec } from '../decoding/pcm.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';
import { imaWavBlocks } from '../samples/ima-adpcm.ts';
import { microsoftBlocks } from '../samples/microsoft-adpcm.ts';
import { pcmBlocks, type SampleBlocks } from '../samples/sample-blocks.ts';

/** How the sound of a WAV file is written. */
export interface WavFormat {
  /** Samples a second. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly order: ChannelOrder;
  /** `mpeg` for frames of MPEG audio, which have headers of their own. */
  readonly sound: SampleBlocks | 'mpeg';
}

/** Format tags. Source: RFC 2361, and Microsoft's WAVEFORMATEXTENSIBLE. */
const tags = {
  integer: 1,
  microsoft: 2,
  float: 3,
  aLaw: 6,
  muLaw: 7,
  ima: 0x11,
  mpeg: 0x50,
  mp3: 0x55,
} as const;
const extensibleTag = 0xfffe;
/** Codecs that are not decoded, by their tags. */
const codecNames: Readonly<Record<number, string>> = {
  32: 'Yamaha ADPCM',
  34: 'TrueSpeech',
  49: 'GSM 6.10',
  64: 'G.721 ADPCM',
  69: 'G.726 ADPCM',
  353: 'Windows Media Audio',
  354: 'Windows Media Audio Professional',
  255: 'AAC',
  8192: 'AC-3',
};

/** The content of a `fmt ` chunk, with its numbers in the order of its file. */
interface FormatFields {
  readonly little: boolean;
  readonly channels: number;
  /** Bytes of a frame of PCM, or of a block of ADPCM. */
  readonly blockBytes: number;
  readonly bits: number;
}

/** Bytes of the oldest form of the chunk, and the offsets of the subformat's tag and of the channel mask in the extensible one. */
const formatBytes = 16;
const subformatAt = 24;
const maskAt = 20;

/**
 * The format in a `fmt ` chunk.
 * @param little whether its numbers begin with the lowest byte: they do in RIFF, not in RIFX
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export function parseFormat(chunk: DataView, little = true): WavFormat {
  if (chunk.byteLength < formatBytes) throw unreadable('its format chunk is cut short.');
  const channels = chunk.getUint16(2, little);
  const sampleRate = chunk.getUint32(4, little);
  const fields = {
    little,
    channels,
    blockBytes: chunk.getUint16(12, little),
    bits: chunk.getUint16(14, little),
  };
  checkAudioFormat({ sampleRate, channels });
  const sound = soundOf(formatTag(chunk, little), fields);
  return { sampleRate, channels, order: orderOf(chunk, little), sound };
}

const isExtensible = (chunk: DataView, little: boolean) =>
  chunk.getUint16(0, little) === extensibleTag && chunk.byteLength > subformatAt + 1;

const formatTag = (chunk: DataView, little: boolean) =>
  chunk.getUint16(isExtensible(chunk, little) ? subformatAt : 0, little);

/** The order in the channel mask, which only the extensible form has. */
const orderOf = (chunk: DataView, little: boolean) =>
  isExtensible(chunk, little) ? maskOrder(chunk.getUint32(maskAt, little)) : waveOrder;

function soundOf(tag: number, fields: FormatFields): SampleBlocks | 'mpeg' {
  switch (tag) {
    case tags.integer:
    case tags.float:
    case tags.aLaw:
    case tags.muLaw:
      return pcmSound(pcmCodec(tag, fields), fields);
    case tags.ima:
    case tags.microsoft:
      return adpcmSound(tag, fields);
    case tags.mpeg:
    case tags.mp3:
      return 'mpeg';
    default: {
      const name = codecNames[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
      throw unreadable(`its audio is ${name}; convert it to PCM (for example 16 bits at 16 kHz).`);
    }
  }
}

/** Integers of up to 32 bits are written to the upper end of whole bytes: up to eight bits unsigned, wider ones signed. */
function pcmCodec(tag: number, { little, bits }: FormatFields): PcmCodec {
  const order = little ? '' : 'be';
  if (tag === tags.float) {
    if (bits === 32 || bits === 64) return `pcm-f${bits}${order}`;
    throw unreadable(`it has float samples of ${bits} bits; floats of 32 and 64 bits can be read.`);
  }
  if (tag === tags.integer) {
    const bytes = Math.ceil(bits / 8);
    if (bytes === 1) return 'pcm-u8';
    if (bytes === 2) return `pcm-s16${order}`;
    if (bytes === 3) return `pcm-s24${order}`;
    if (bytes === 4) return `pcm-s32${order}`;
    throw unreadable(`it has integer samples of ${bits} bits; integers of 1 to 32 bits can be read.`);
  }
  return tag === tags.aLaw ? 'alaw' : 'ulaw';
}

function pcmSound(codec: PcmCodec, { channels, blockBytes }: FormatFields): SampleBlocks {
  const sound = pcmBlocks(codec, channels);
  if (blockBytes === sound.blockBytes) return sound;
  const bits = (8 * sound.blockBytes) / channels;
  throw unreadable(
    `its header contradicts itself: ${channels} channels of ${bits} bits are not ${blockBytes} bytes. Convert it again.`,
  );
}

/** ADPCM of four bits a sample, in little-endian files: no other was ever in use. */
function adpcmSound(tag: number, { little, channels, blockBytes, bits }: FormatFields): SampleBlocks {
  const [name, blocksOf] =
    tag === tags.ima ? ['IMA ADPCM', imaWavBlocks] : ['Microsoft ADPCM', microsoftBlocks];
  if (bits !== 4 || !little) {
    throw unreadable(`its audio is ${name} of ${bits} bits a sample; convert it to PCM.`);
  }
  const sound = blocksOf(channels, blockBytes);
  if (sound.blockFrames > 1) return sound;
  throw unreadable(
    `its header contradicts itself: ${blockBytes} bytes are no block of ${name} with ${channels} channels. Convert it again.`,
  );
}
