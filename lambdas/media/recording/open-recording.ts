import { toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../../content/objects.ts';
import { openContainer } from '../container/open-container.ts';
import { afterTags } from '../decoding/id3.ts';
import type { Recording } from '../decoding/recording.ts';
import { notReadable, readable } from '../decoding/unreadable.ts';
import { WatchedObject } from '../decoding/object-reader.ts';
import { openFlac } from '../flac/open-flac.ts';
import { openMp3 } from '../mp3/open-mp3.ts';
import { openWav } from './open-wav.ts';
import { type Container, containerNames, sniff, sniffBytes } from './file-type.ts';

const containers: Readonly<Record<string, Container>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/mp4': 'mp4',
  'video/mp4': 'mp4',
};

/**
 * Opens an uploaded recording: WAV, MP3, FLAC, Ogg with Opus, or MP4 with any of those or AAC. Only what says how long it
 * is and how it is written is read; no part of it is held.
 * @param bytes size of the object
 * @param contentType what it was uploaded as
 * @throws DomainError `unsupported-media` saying what is wrong with the file and what would do; S3's own errors as they are
 */
export async function openRecording(
  objects: ContentObjects,
  key: string,
  bytes: number,
  contentType: string,
): Promise<Recording> {
  if (bytes === 0) throw notReadable('the file is empty. Upload it again.');
  const object = new WatchedObject(objects, key, bytes);
  const start = await afterTags(object);
  const said = containers[toMediaType(contentType) ?? ''];
  const { container, name } = sniff(await object.range(start, start + sniffBytes));
  if (name && said && container !== said) throw mislabelled(contentType, said, name);
  if (name && !container) throw notReadable(`it is ${name}. What can be read: ${readable}.`);
  return openAs(container ?? said, object, start);
}

/** What no bytes speak for is tried as what it was said to be: MP3 may begin with anything. */
function openAs(container: Container | undefined, object: WatchedObject, start: number): Promise<Recording> {
  switch (container) {
    case 'wav':
      return openWav(object);
    case 'mp3':
      return openMp3(object, start);
    case 'flac':
      return openFlac(object, start);
    case 'ogg':
    case 'mp4':
      return openContainer(object, container);
    default:
      throw notReadable(`it is nothing that is known here. What can be read: ${readable}.`);
  }
}

const mislabelled = (contentType: string, said: Container, name: string) =>
  notReadable(
    `it was uploaded as ${containerNames[said]} (${contentType}), and its bytes are ${name}. Upload it as what it is; what can be read: ${readable}.`,
  );
