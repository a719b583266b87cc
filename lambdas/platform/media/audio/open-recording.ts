import { type MediaType, toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../../content/objects.ts';
import { type Recording, unreadable } from './recording.ts';

type Open = (objects: ContentObjects, key: string, bytes: number) => Promise<Recording>;

/** Who reads what. Loaded when there is such a file: a request that asks for a job does not wait for it. */
const readers: Readonly<Partial<Record<MediaType, () => Promise<Open>>>> = {
  'audio/wav': async () => (await import('./wav-recording.ts')).wavRecording,
  'audio/mpeg': async () => (await import('./mp3/mp3-recording.ts')).mp3Recording,
  'audio/flac': async () => (await import('./flac/flac-recording.ts')).flacRecording,
  'audio/ogg': async () => (await import('./container-recording.ts')).oggRecording,
  'audio/mp4': async () => (await import('./container-recording.ts')).mp4Recording,
  'video/mp4': async () => (await import('./container-recording.ts')).mp4Recording,
};

/**
 * Opens an uploaded recording. No more than its headers is read.
 * @param bytes size of the object
 * @param contentType what the upload was found to be
 * @throws DomainError `unsupported-media` saying what is wrong with the file and what would do
 */
export async function openRecording(
  objects: ContentObjects,
  key: string,
  bytes: number,
  contentType: string,
): Promise<Recording> {
  const type = toMediaType(contentType);
  const reader = type && readers[type];
  if (!reader) throw unreadable(`${contentType} holds no audio; send ${Object.keys(readers).join(', ')}.`);
  const open = await reader();
  return open(objects, key, bytes);
}
