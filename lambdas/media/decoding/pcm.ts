import { aLaw, muLaw } from './g711.ts';
import type { Mix } from './mix.ts';

type ReadSample = (view: DataView, at: number) => number;

interface PcmFormat {
  /** Bytes of a sample. */
  readonly bytes: number;
  readonly read: ReadSample;
}

const int24 = (view: DataView, at: number, little: boolean) =>
  little
    ? (view.getInt8(at + 2) << 16) | view.getUint16(at, true)
    : (view.getInt8(at) << 16) | view.getUint16(at + 1);

/**
 * A float file may hold infinities and NaN, which would spoil everything computed from them. Anything louder than full scale is
 * clipped.
 */
const clipped = (value: number) => (Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0);

/** By mediabunny's names for them. Samples are from -1 to 1. */
const formats = {
  'pcm-u8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 0x80 },
  'pcm-s8': { bytes: 1, read: (view, at) => view.getInt8(at) / 0x80 },
  'pcm-s16': { bytes: 2, read: (view, at) => view.getInt16(at, true) / 0x8000 },
  'pcm-s16be': { bytes: 2, read: (view, at) => view.getInt16(at) / 0x8000 },
  'pcm-s24': { bytes: 3, read: (view, at) => int24(view, at, true) / 0x80_0000 },
  'pcm-s24be': { bytes: 3, read: (view, at) => int24(view, at, false) / 0x80_0000 },
  'pcm-s32': { bytes: 4, read: (view, at) => view.getInt32(at, true) / 0x8000_0000 },
  'pcm-s32be': { bytes: 4, read: (view, at) => view.getInt32(at) / 0x8000_0000 },
  'pcm-f32': { bytes: 4, read: (view, at) => clipped(view.getFloat32(at, true)) },
  'pcm-f32be': { bytes: 4, read: (view, at) => clipped(view.getFloat32(at)) },
  'pcm-f64': { bytes: 8, read: (view, at) => clipped(view.getFloat64(at, true)) },
  'pcm-f64be': { bytes: 8, read: (view, at) => clipped(view.getFloat64(at)) },
  ulaw: { bytes: 1, read: (view, at) => muLaw[view.getUint8(at)] ?? 0 },
  alaw: { bytes: 1, read: (view, at) => aLaw[view.getUint8(at)] ?? 0 },
} as const satisfies Readonly<Record<string, PcmFormat>>;

export type PcmCodec = keyof typeof formats;

export const isPcm = (codec: string): codec is PcmCodec => Object.hasOwn(formats, codec);

/** Bytes of one sample. */
export const sampleBytes = (codec: PcmCodec): number => formats[codec].bytes;

/** The samples of some frames, whose channels are those of the mix; an incomplete last frame is dropped. */
export function decodePcm(frames: Uint8Array, codec: PcmCodec, mix: Mix): Float32Array {
  const { bytes, read } = formats[codec];
  const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
  const samples = new Float32Array(Math.floor(frames.length / (bytes * mix.length)));
  for (const [channel, weight] of mix.entries()) {
    if (weight === 0) continue;
    const stride = bytes * mix.length;
    for (let frame = 0, at = channel * bytes; frame < samples.length; frame += 1, at += stride) {
      samples[frame] = (samples[frame] ?? 0) + weight * read(view, at);
    }
  }
  return samples;
}
