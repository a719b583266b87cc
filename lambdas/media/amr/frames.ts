/** Frames of AMR (RFC 4867 §5.3): each is 20 ms, and the first of its bytes names its type, which gives its size. */

export const frameSeconds = 0.02;
/** Bytes of frames after their first, by type; undefined for a type that does not exist (RFC 4867 §5.3, 3GPP TS 26.101 and 26.201). */
const narrow = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, undefined, undefined, undefined, 0];
const wide = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, undefined, undefined, undefined, undefined, 0, 0];
export const amrKinds = [
  { mark: '#!AMR-WB\n', sampleRate: 16_000, sizes: wide },
  { mark: '#!AMR\n', sampleRate: 8000, sizes: narrow },
] as const satisfies readonly AmrKind[];

/** Narrow-band or wide-band AMR. */
export interface AmrKind {
  /** The first bytes of a file. */
  readonly mark: string;
  readonly sampleRate: number;
  readonly sizes: readonly (number | undefined)[];
}

/** By the names of their tracks in MP4 and its kin (3GPP TS 26.244 §6.5). */
export const amrTracks: Readonly<Record<string, AmrKind>> = { sawb: amrKinds[0], samr: amrKinds[1] };

/** A frame without sound, which a decoder fills (RFC 4867 §4.3.1: NO_DATA, of good quality). */
export const emptyFrame = 0x7c;

/** Bytes of a frame with its first, by that; undefined for a type that does not exist. */
export function frameBytes({ sizes }: AmrKind, head: number): number | undefined {
  const size = sizes[(head >> 3) & 15];
  return size === undefined ? undefined : 1 + size;
}

/** Whole frames of bytes that begin with one; none follow one of a type that does not exist. */
export function framesIn(kind: AmrKind, bytes: Uint8Array): number {
  let frames = 0;
  for (let at = 0; at < bytes.length; frames += 1) {
    const size = frameBytes(kind, bytes[at] ?? 0);
    if (size === undefined) break;
    at += size;
  }
  return frames;
}
