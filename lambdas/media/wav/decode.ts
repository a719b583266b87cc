import type { WavFormat } from './format.ts';

type ReadSample = (view: DataView, at: number) => number;

/** Eight-bit WAV is unsigned, wider WAV is signed. All give -1 to 1. */
const readers: Readonly<Record<WavFormat['bits'], ReadSample>> = {
  8: (view, at) => (view.getUint8(at) - 128) / 128,
  16: (view, at) => view.getInt16(at, true) / 0x8000,
  24: (view, at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 0x80_0000,
  32: (view, at) => view.getInt32(at, true) / 0x8000_0000,
};

/** A float file may hold anything; what is no number would spoil all that is computed from it. */
const readFloat: ReadSample = (view, at) => {
  const value = view.getFloat32(at, true);
  return Number.isFinite(value) ? value : 0;
};

/**
 * Samples of whole frames, all channels mixed into one.
 * @param bytes a whole number of frames
 */
export function decodeFrames(bytes: Uint8Array, format: WavFormat): Float32Array {
  const { channels, frameBytes, bits, encoding } = format;
  const read = encoding === 'float' ? readFloat : readers[bits];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.length / frameBytes);
  for (let frame = 0, at = 0; frame < samples.length; frame += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1, at += bits / 8) sum += read(view, at);
    samples[frame] = sum / channels;
  }
  return samples;
}
