/** Containers whose packets can be listed, so that clips can be cut without decoding. */
export type CutKind = 'mp4' | 'matroska' | 'mpeg-ts';

/** Containers of which only the length is read. */
export type WholeKind = 'flv' | 'asf' | 'mpeg-ps';

export type VideoKind = CutKind | WholeKind;

/** Bytes that are enough to tell: two packets of a transport stream. */
export const kindBytes = 400;

/** Signatures and their offsets. Source: each format's specification. */
const signatures: readonly (readonly [at: number, text: string, VideoKind])[] = [
  [4, 'ftyp', 'mp4'],
  [0, '\x1a\x45\xdf\xa3', 'matroska'],
  [0, 'FLV\x01', 'flv'],
  [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'asf'],
  [0, '\0\0\x01\xba', 'mpeg-ps'],
];

/** The byte that a packet of a transport stream begins with, and the distances at which it repeats (ISO/IEC 13818-1 §2.4.3; with times before each packet, or check bytes behind it). */
const syncByte = 0x47;
const strides = [
  [0, 188],
  [4, 192],
  [0, 204],
] as const;

/** @returns undefined when the first bytes are of none of these */
export function videoKind(start: Uint8Array): VideoKind | undefined {
  const text = Buffer.from(start.subarray(0, 16)).toString('latin1');
  const found = signatures.find(([at, signature]) => text.startsWith(signature, at));
  if (found) return found[2];
  const isStream = strides.some(([at, stride]) => start[at] === syncByte && start[at + stride] === syncByte);
  return isStream ? 'mpeg-ts' : undefined;
}

const cutKinds: readonly string[] = ['mp4', 'matroska', 'mpeg-ts'] satisfies readonly CutKind[];

export const isCutKind = (kind: VideoKind | undefined): kind is CutKind =>
  kind !== undefined && cutKinds.includes(kind);
