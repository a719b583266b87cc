import { type MediaType, mediaTypes, toMediaType } from '@nova/shared/media-types';
import { fileTypeFromBuffer } from 'file-type';
import type { ByteSource } from '../media/signatures/byte-source.ts';
import { type Container, fileType } from '../media/signatures/file-type.ts';
import type { ContentObjects } from './objects.ts';

/** The type of a file, or the reason why it is of none. */
export type FoundType =
  | { readonly contentType: string }
  | { readonly contentType?: undefined; readonly detail: string };

/** Containers of videos too. The first bytes of an MP4 file do not show whether it has a video track: its brand tells. */
type OfVideos = 'mp4' | 'webm';

/** Media types of recordings. */
const recordings: Readonly<Record<Exclude<Container, OfVideos>, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  aiff: 'audio/aiff',
  au: 'audio/basic',
  caf: 'audio/x-caf',
  amr: 'audio/amr',
};

/**
 * The type of a file that has a signature, or frames of sound. Recordings are told as their reader tells them, so that what can be read is
 * accepted.
 * @param file its first bytes, and its size
 * @param claimed the registered type
 * @returns undefined for any other file, such as a text
 */
export async function signedType(
  objects: Pick<ContentObjects, 'range'>,
  key: string,
  file: { readonly start: Uint8Array; readonly bytes: number },
  claimed: string,
): Promise<FoundType | undefined> {
  const sniffed = (await fileTypeFromBuffer(file.start))?.mime;
  const type = toMediaType(claimed);
  if (sniffed === 'video/mp4' && type === 'audio/mp4') return { contentType: claimed };
  if (sniffed && isMatroska(sniffed)) return { contentType: matroskaType(sniffed, type, file.start) };
  if (sniffed && !sniffed.startsWith('audio/')) return { contentType: sniffed };
  const { container, name, remedy, start } = await fileType(sourceOf(objects, key, file));
  if (container && container !== 'mp4' && container !== 'webm') return { contentType: recordings[container] };
  if (container) return sniffed ? { contentType: sniffed } : undefined;
  if (name) return { detail: `is ${name}, which cannot be read. ${remedy}` };
  // Without a tag before them, the frames that were sniffed are none.
  return sniffed && (start > 0 || !ofFrames.test(sniffed)) ? { contentType: sniffed } : undefined;
}

const isMatroska = (sniffed: string) => sniffed === 'video/webm' || sniffed === 'video/matroska';

/** The type element of a video track and of a sound track (RFC 9559 §5.1.4.1.3). */
const videoTrack = Buffer.from('838101', 'hex');
const soundTrack = Buffer.from('838102', 'hex');

/** A browser's recorder writes sound alone into WebM too: what the tracks do not tell, the registration does. */
function matroskaType(sniffed: string, claimed: MediaType | undefined, start: Uint8Array): string {
  const head = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const isSound = head.includes(soundTrack) && !head.includes(videoTrack);
  const asRegistered = claimed !== undefined && mediaTypes[claimed];
  const isAudio = asRegistered === 'audio' || (isSound && asRegistered !== 'video');
  return isAudio ? sniffed.replace('video/', 'audio/') : sniffed;
}

const ofFrames = /^audio\/(?:mpeg|aac)$/;

/** The file by ranges. Its first bytes are here already. */
const sourceOf = (
  objects: Pick<ContentObjects, 'range'>,
  key: string,
  { start, bytes }: { readonly start: Uint8Array; readonly bytes: number },
): ByteSource => ({
  size: bytes,
  async range(from, to) {
    const end = Math.min(to, bytes);
    if (from >= end) return new Uint8Array(0);
    return end <= start.length ? start.subarray(from, end) : objects.range(key, from, end);
  },
});
