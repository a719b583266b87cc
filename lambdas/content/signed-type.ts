import { type MediaType, mediaTypes, toMediaType } from '@nova/shared/media-types';
import { fileTypeFromBuffer } from 'file-type';
import type { ByteSource } from '../media/signatures/byte-source.ts';
import { type Container, fileType } from '../media/signatures/file-type.ts';
import { matroskaTracks, mp4Tracks } from '../media/signatures/tracks.ts';
import type { ContentObjects } from './objects.ts';

/** The type of a file, or the reason why it is of none. */
export type FoundType =
  | { readonly contentType: string }
  | { readonly contentType?: undefined; readonly detail: string };

/** Containers of videos too: their first bytes do not show whether they have pictures. */
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
  const ofVideos = await typeInContainer(
    toMediaType(sniffed ?? ''),
    toMediaType(claimed),
    sourceOf(objects, key, file),
  );
  if (ofVideos) return { contentType: ofVideos };
  if (sniffed && !sniffed.startsWith('audio/')) return { contentType: sniffed };
  const { container, name, remedy, start } = await fileType(sourceOf(objects, key, file));
  if (container && container !== 'mp4' && container !== 'webm') return { contentType: recordings[container] };
  if (container) return sniffed ? { contentType: sniffed } : undefined;
  if (name) return { detail: `is ${name}, which cannot be read. ${remedy}` };
  // Without a tag before them, the frames that were sniffed are none.
  return sniffed && (start > 0 || !ofFrames.test(sniffed)) ? { contentType: sniffed } : undefined;
}

/** Containers of videos that hold recordings too: how their tracks are read, and the type of a recording in them. */
const videoContainers: Readonly<Partial<Record<MediaType, readonly [typeof mp4Tracks, MediaType]>>> = {
  'video/mp4': [mp4Tracks, 'audio/mp4'],
  'video/quicktime': [mp4Tracks, 'audio/mp4'],
  'video/3gpp': [mp4Tracks, 'audio/mp4'],
  'video/webm': [matroskaTracks, 'audio/webm'],
  'video/x-matroska': [matroskaTracks, 'audio/matroska'],
};

/**
 * The type of a file in a container of videos: a recording when it has sound and no pictures, or is registered as one; otherwise a video.
 * @returns undefined for any other file
 */
async function typeInContainer(
  sniffed: MediaType | undefined,
  claimed: MediaType | undefined,
  file: ByteSource,
): Promise<MediaType | undefined> {
  const [tracksOf, recording] = (sniffed && videoContainers[sniffed]) ?? [];
  if (!tracksOf || claimed === recording) return recording;
  const tracks = await tracksOf(file);
  const isRecording = tracks
    ? tracks.hasAudio && !tracks.hasVideo
    : claimed && mediaTypes[claimed] === 'audio';
  return isRecording ? recording : sniffed;
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
