import type { Frame } from './frames.ts';

/** What an encoder writes into a first frame of silence. Sources: "MP3 Info Tag revision 1 specifications" of LAME. */
export interface StreamInfo {
  /** Frames of audio that follow, where it says so. */
  readonly frames: number | undefined;
  /** Samples at the start that the encoder added, and at the end. */
  readonly delay: number;
  readonly padding: number;
}

/** Samples that any decoder is late by. Source: the same. */
const decoderDelay = 529;

/** Flags of the Xing header that say which of its fields there are, and their bytes. */
const fields = [
  { flag: 1, bytes: 4 },
  { flag: 2, bytes: 4 },
  { flag: 4, bytes: 100 },
  { flag: 8, bytes: 4 },
] as const;
/** From LAME's name to the three bytes of delay and padding. */
const delayAt = 21;

/** @returns undefined when the frame is one of audio */
export function streamInfoIn({ header, bytes }: Frame): StreamInfo | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = header.xingAt;
  if (at + 8 > bytes.length) return undefined;
  const name = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (name !== 'Xing' && name !== 'Info') return undefined;
  const flags = view.getUint32(at + 4);
  const frames = flags & 1 && at + 12 <= bytes.length ? view.getUint32(at + 8) : undefined;
  const behind = fields.reduce((sum, { flag, bytes: size }) => sum + (flags & flag ? size : 0), at + 8);
  const isThere = behind + delayAt + 3 <= bytes.length && bytes[behind] !== 0;
  const [a = 0, b = 0, c = 0] = isThere ? bytes.subarray(behind + delayAt, behind + delayAt + 3) : [];
  const delay = isThere ? ((a << 4) | (b >> 4)) + decoderDelay : 0;
  const padding = isThere ? Math.max(0, (((b & 15) << 8) | c) - decoderDelay) : 0;
  return { frames, delay, padding };
}
