import { type FrameHeader, headerBytes } from '../signatures/mpeg-header.ts';

/** The encoder's tag in the first frame, which describes the whole stream and takes the place of sound. */
export interface InfoFrame {
  /** Frames of sound that follow. */
  readonly frames: number | undefined;
  /** Bytes of the stream, this frame among them. */
  readonly bytes: number | undefined;
  /** Samples that the encoder added before the sound and after it; undefined in a tag without them. */
  readonly delay: number | undefined;
  readonly padding: number | undefined;
}

const tocBytes = 100;
const has = { frames: 1, bytes: 2, toc: 4, quality: 8 } as const;
/** Offset of delay and padding, twelve bits each, after the encoder's name (LAME's "Mp3 Info Tag rev 1"). */
const delayAt = 21;
/** Fraunhofer's tag is always at this offset; its counts follow it. */
const vbriAt = headerBytes + 32;

/**
 * The encoder's tag in a frame: Xing's, LAME's, or Fraunhofer's VBRI.
 * @returns undefined when the frame holds sound
 */
export function parseInfoFrame(frame: Uint8Array, header: FrameHeader): InfoFrame | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const text = (at: number, count: number) => Buffer.from(frame.subarray(at, at + count)).toString('latin1');
  const u32 = (at: number) => (at + 4 <= frame.length ? view.getUint32(at) : undefined);
  if (text(vbriAt, 4) === 'VBRI') {
    return { frames: u32(vbriAt + 14), bytes: u32(vbriAt + 10), delay: undefined, padding: undefined };
  }
  const sideBytes = header.version === 1 ? (header.channels === 1 ? 17 : 32) : header.channels === 1 ? 9 : 17;
  const tagAt = headerBytes + sideBytes;
  if (text(tagAt, 4) !== 'Xing' && text(tagAt, 4) !== 'Info') return undefined;
  const flags = u32(tagAt + 4) ?? 0;
  let at = tagAt + 8;
  const field = (flag: number, bytes: number) => {
    const here = at;
    if (flags & flag) at += bytes;
    return flags & flag ? u32(here) : undefined;
  };
  const frames = field(has.frames, 4);
  const bytes = field(has.bytes, 4);
  field(has.toc, tocBytes);
  field(has.quality, 4);
  const knowsDelay = /^(LAME|Lav[fc]|GOGO)/.test(text(at, 4)) && at + delayAt + 3 <= frame.length;
  const delays = knowsDelay ? ((u32(at + delayAt - 1) ?? 0) & 0xff_ffff) >>> 0 : undefined;
  return {
    frames,
    bytes,
    delay: delays === undefined ? undefined : delays >>> 12,
    padding: delays === undefined ? undefined : delays & 0xfff,
  };
}
