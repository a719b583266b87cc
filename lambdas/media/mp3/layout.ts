import type { ObjectReader } from '../decoding/object-reader.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import { isMpeg } from '../signatures/first-frame.ts';
import { afterId3Tags } from '../signatures/id3-tags.ts';
import { type FrameHeader, isSameStream, parseFrameHeader } from '../signatures/mpeg-header.ts';
import { type InfoFrame, parseInfoFrame } from './info-frame.ts';

/** Where frames of one stream are in an MP3 file. */
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
  const layout = await layoutFrom(object, start, await soundEnd(object));
  if (layout) return layout;
  throw unreadable(
    `there is no frame of MP3 in its first ${searchBytes} bytes. Check that it plays, and upload it again.`,
  );
}

/**
 * Finds the frames that follow others: `cat` joins recordings with their tags, and of any sample rate.
 * @param from offset after the last frame before them
 */
export async function nextLayout(
  object: ObjectReader,
  from: number,
  end: number,
): Promise<Layout | undefined> {
  const isOldTag = isTag(await object.range(from, from + 3), 'TAG');
  return layoutFrom(object, await afterId3Tags(object, from + (isOldTag ? oldTagBytes : 0)), end);
}

/** The layout of the frames that begin in the bytes after an offset. Those of other streams may follow. */
async function layoutFrom(object: ObjectReader, start: number, end: number): Promise<Layout | undefined> {
  const bytes = await object.range(start, Math.min(end, start + searchBytes));
  const at = findStart(bytes, start + bytes.length >= end);
  const header = at === undefined ? undefined : parseFrameHeader(bytes, at);
  if (at === undefined || !header) return undefined;
  const info = header.layer === 3 ? parseInfoFrame(bytes.subarray(at, at + header.bytes), header) : undefined;
  const announced = info?.bytes ?? 0;
  if (start + at + announced > object.size + missingSlack) {
    throw truncated(
      `its header says ${announced} bytes of audio, and the file holds ${object.size - start - at}`,
    );
  }
  const first = start + at + (info ? header.bytes : 0);
  const announcedEnd = start + at + announced;
  // A frame more or less than the encoder's tag says is no other recording.
  const isJoined = announced > 0 && announcedEnd >= first && end - announcedEnd > 2 * header.bytes;
  return { first, end: isJoined ? announcedEnd : end, header, info };
}

function findStart(bytes: Uint8Array, isLast: boolean): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (isMpeg(bytes, at, isLast)) return at;
  }
  return undefined;
}

/** The first frame of another stream before an offset in some bytes. */
export function findOther(
  bytes: Uint8Array,
  before: number,
  like: FrameHeader,
  isLast: boolean,
): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0 && at < before; at = bytes.indexOf(0xff, at + 1)) {
    const header = parseFrameHeader(bytes, at);
    if (header && !isSameStream(header, like) && isMpeg(bytes, at, isLast)) return at;
  }
  return undefined;
}

/** Offset after the sound of a file. */
export async function soundEnd(object: ObjectReader): Promise<number> {
  const tagAt = Math.max(0, object.size - oldTagBytes);
  return isTag(await object.range(tagAt, object.size), 'TAG') ? tagAt : object.size;
}

const isTag = (bytes: Uint8Array, mark: string) =>
  Buffer.from(bytes.subarray(0, mark.length)).toString('latin1') === mark;

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
