import type { InputAudioTrack } from 'mediabunny';
import { type AmrKind, amrTracks } from '../amr/frames.ts';
import { checkAudioFormat, readableFormats, unreadable } from '../decoding/unreadable.ts';
import { type TrackFormat, trackDecoding } from './track-decoding.ts';

/** Codecs that Amazon Transcribe decodes for the platform; AMR in a file of its own. */
const delegatedCodecs: readonly string[] = ['aac', 'amr'];
/** xHE-AAC (ISO/IEC 14496-3, audio object type 42). Amazon Transcribe's documentation does not name it, and few decoders know it. */
const xheAac = 'mp4a.40.42';

/** Names of codecs that are not decoded, by the names of their containers. */
const codecNames: Readonly<Record<string, string>> = {
  alac: 'ALAC (Apple Lossless)',
  A_ALAC: 'ALAC (Apple Lossless)',
  ima4: 'IMA ADPCM',
  ac3: 'AC-3',
  eac3: 'E-AC-3',
  dts: 'DTS',
  A_TTA1: 'TTA',
  A_WAVPACK4: 'WavPack',
};

/**
 * The audio of a track.
 * @param delays whether the times of the container count from the first output of the decoder, and not from the sound
 * @throws DomainError `unsupported-media` with the codec, where nothing can decode it
 */
export async function trackFormat(track: InputAudioTrack, delays: boolean): Promise<TrackFormat> {
  const amr = await amrKindOf(track);
  if (amr) return { codec: 'amr', sampleRate: amr.sampleRate, channels: 1, description: undefined, delay: 0 };
  const codec = await track.getCodec();
  const config = codec ? await track.getDecoderConfig() : null;
  if (!codec || !config) throw unknownCodec(await nameIn(track));
  if (config.codec.startsWith(xheAac)) throw unknownCodec('xHE-AAC');
  const description = config.description ? bytesOf(config.description) : undefined;
  const format = {
    codec,
    sampleRate: config.sampleRate,
    channels: config.numberOfChannels,
    description,
    delay: delays && codec === 'opus' ? preSkip(description) : 0,
  };
  checkAudioFormat(format);
  if (!trackDecoding(format) && !delegatedCodecs.includes(codec)) throw unknownCodec(codec);
  return format;
}

/** The kind of AMR of a track, whose packets the library does not name; undefined for other codecs. */
export async function amrKindOf(track: InputAudioTrack): Promise<AmrKind | undefined> {
  const name = await track.getInternalCodecId();
  return typeof name === 'string' && Object.hasOwn(amrTracks, name) ? amrTracks[name] : undefined;
}

export const unknownCodec = (codec: string) =>
  unreadable(
    `its audio is ${codecNames[codec] ?? codec}, which cannot be decoded. Readable formats are ${readableFormats}. Convert it, for example to MP3.`,
  );

async function nameIn(track: InputAudioTrack): Promise<string> {
  const name = await track.getInternalCodecId();
  if (typeof name !== 'string') return 'of an unknown kind';
  return Object.hasOwn(codecNames, name) ? name : JSON.stringify(name);
}

function bytesOf(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/**
 * Seconds of a decoder's output before the sound (RFC 7845 §5.1). Times of Matroska count from their beginning (RFC 9559 §5.1.4.1.25.12), those
 * of other containers from the sound.
 */
const preSkip = (head: Uint8Array | undefined) =>
  head && head.length > 11 ? ((head[10] ?? 0) + 256 * (head[11] ?? 0)) / 48_000 : 0;
