import { cutShort, notReadable } from '../decoding/unreadable.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { type FrameHeader, isAlike, parseFrameHeader } from './frame-header.ts';
import { type InfoFrame, parseInfoFrame } from './info-frame.ts';

/** Where the sound of an MP3 file is. */
export interface Layout {
  /** Place of the first frame of sound. */
  readonly first: number;
  /** Place after the last byte that may be sound. */
  readonly end: number;
  readonly header: FrameHeader;
  readonly info: InfoFrame | undefined;
}

/** Bytes looked through for the first frame, after any tags. */
const searchBytes = 128 * 1024;
/** An ID3v1 tag, which may be the last bytes of a file (id3.org). */
const oldTagBytes = 128;
/** Bytes that a file may lack of what its encoder noted: some count tags that are gone. */
const noteSlack = 8 * 1024;

/**
 * Finds the first frame of an MP3 file and what it says of the whole.
 * @param start place after any tags
 * @throws DomainError `unsupported-media` when there is none
 */
export async function mp3Layout(object: WatchedObject, start: number): Promise<Layout> {
  const end = await soundEnd(object);
  const bytes = await object.range(start, Math.min(end, start + searchBytes));
  const at = findFrame(bytes, 0, undefined, start + bytes.length >= end);
  const header = at === undefined ? undefined : parseFrameHeader(bytes, at);
  if (at === undefined || !header) {
    throw notReadable('there is no frame of MP3 in its beginning. Check that it plays, and upload it again.');
  }
  const info = parseInfoFrame(bytes.subarray(at, at + header.bytes), header);
  const noted = info?.bytes ?? 0;
  if (start + at + noted > object.size + noteSlack) {
    throw cutShort(`its header says ${noted} bytes of audio, and ${object.size - start - at} are there`);
  }
  return { first: start + at + (info ? header.bytes : 0), end, header, info };
}

async function soundEnd(object: WatchedObject): Promise<number> {
  const tagAt = Math.max(0, object.size - oldTagBytes);
  const last = await object.range(tagAt, object.size);
  return Buffer.from(last.subarray(0, 3)).toString('latin1') === 'TAG' ? tagAt : object.size;
}

/**
 * Place of the next frame in bytes. One header is easily found where there is none: the frame after it must have one too,
 * or the file must end there.
 * @param like a frame of the same stream, where one is known
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
    if (!header || (like && !isAlike(header, like))) continue;
    const after = at + header.bytes;
    if (isLast && after === bytes.length) return at;
    const next = parseFrameHeader(bytes, after);
    if (next && isAlike(next, header)) return at;
  }
  return undefined;
}
