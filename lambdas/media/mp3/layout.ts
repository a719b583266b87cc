import type { ObjectReader } from '../decoding/object-reader.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import { type FrameHeader, isSameStream, parseFrameHeader } from '../signatures/mpeg-header.ts';
import { type InfoFrame, parseInfoFrame } from './info-frame.ts';

/** Where the sound of an MP3 file is. */
export interface Layout {
  /** Offset of the first frame of sound. */
  readonly first: number;
  /** Offset after the last byte that may be sound. */
  readonly end: number;
  readonly header: FrameHeader;
  readonly info: InfoFrame | undefined;
}

/** Bytes searched for the first frame, after any tags. */
const searchBytes = 128 * 1024;
/** An ID3v1 tag, which may be the last bytes of a file (id3.org). */
const oldTagBytes = 128;
/** Bytes by which a file may be shorter than its encoder's tag says: some encoders count tags that were removed later. */
const missingSlack = 8 * 1024;

/**
 * Finds the first frame of an MP3 file, and the encoder's tag in it.
 * @param start offset after any tags
 * @throws DomainError `unsupported-media` when there is none
 */
export async function mp3Layout(object: ObjectReader, start: number): Promise<Layout> {
  const end = await soundEnd(object);
  const bytes = await object.range(start, Math.min(end, start + searchBytes));
  const at = findFrame(bytes, 0, undefined, start + bytes.length >= end);
  const header = at === undefined ? undefined : parseFrameHeader(bytes, at);
  if (at === undefined || !header) {
    throw unreadable(
      `there is no frame of MP3 in its first ${searchBytes} bytes. Check that it plays, and upload it again.`,
    );
  }
  const info = parseInfoFrame(bytes.subarray(at, at + header.bytes), header);
  const announced = info?.bytes ?? 0;
  if (start + at + announced > object.size + missingSlack) {
    throw truncated(
      `its header says ${announced} bytes of audio, and the file holds ${object.size - start - at}`,
    );
  }
  return { first: start + at + (info ? header.bytes : 0), end, header, info };
}

async function soundEnd(object: ObjectReader): Promise<number> {
  const tagAt = Math.max(0, object.size - oldTagBytes);
  const last = await object.range(tagAt, object.size);
  return Buffer.from(last.subarray(0, 3)).toString('latin1') === 'TAG' ? tagAt : object.size;
}

/**
 * Offset of the next frame in some bytes. Four bytes may look like a header by chance, so the frame must be followed by
 * another, or by the end of the file.
 * @param like the header of a frame of the same stream, if one is known
 */
export function findFrame(
  bytes: Uint8Array,
  from: number,
  like: FrameHeader | undefined,
  isLast: boolean,
): number | undefined {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return undefined;
    const header = parseFrameHeader(bytes, at);
    if (!header || (like && !isSameStream(header, like))) continue;
    const after = at + header.bytes;
    if (isLast && after === bytes.length) return at;
    const next = parseFrameHeader(bytes, after);
    if (next && isSameStream(next, header)) return at;
  }
  return undefined;
}
