import { mediaTypes, toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../../content/objects.ts';
import { unlimited, type WorkBudget } from '../../runtime/work-budget.ts';
import { openContainer } from '../container/open-container.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { readableFormats, unreadable } from '../decoding/unreadable.ts';
import { openFlac } from '../flac/open-flac.ts';
import { openMp3 } from '../mp3/open-mp3.ts';
import { type Container, containerNames, fileType } from '../signatures/file-type.ts';
import { kindBytes, type VideoKind, videoKind } from '../signatures/video-kind.ts';
import { openWav } from '../wav/read-wav.ts';

const containers: Readonly<Record<string, Container>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aiff': 'aiff',
  'audio/basic': 'au',
  'audio/x-caf': 'caf',
  'audio/amr': 'amr',
  'audio/webm': 'webm',
  'audio/matroska': 'webm',
  'audio/mp4': 'mp4',
  'video/mp4': 'mp4',
  'video/quicktime': 'mp4',
  'video/3gpp': 'mp4',
  'video/webm': 'webm',
  'video/x-matroska': 'webm',
};

/**
 * Opens an uploaded recording in any of the readable formats. It reads only the headers, and holds none of the sound. Readers of
 * rarer kinds are loaded when such a file is met.
 * @param bytes size of the object
 * @param contentType the registered media type
 * @param budget looked at while the headers and the sound are read
 * @throws DomainError `unsupported-media` with the fault and the remedy; S3's own errors unchanged
 */
export async function openRecording(
  objects: ContentObjects,
  key: string,
  bytes: number,
  contentType: string,
  budget: WorkBudget = unlimited,
): Promise<Recording> {
  if (bytes === 0) throw unreadable('the file is empty. Upload it again.');
  const object = new ObjectReader(objects, key, bytes, budget);
  const type = toMediaType(contentType);
  if (type && mediaTypes[type] === 'video') {
    const kind = videoKind(await object.range(0, kindBytes));
    const sound = kind && (await soundOfVideo(object, kind));
    if (sound) return sound;
  }
  const registered = containers[type ?? ''];
  const { container, name, remedy, start } = await fileType(object);
  // MP3 of free format is MP3.
  const isOther = registered && container !== registered && !name?.startsWith(containerNames[registered]);
  if (name && isOther) throw mislabelled(contentType, registered, name);
  if (name && !container)
    throw unreadable(`it is ${name}. ${remedy} Readable formats are ${readableFormats}.`);
  return openAs(container ?? registered, object, start);
}

/** The sound of a video in a container that holds nothing else; undefined for one that recordings are in too. */
async function soundOfVideo(object: ObjectReader, kind: VideoKind): Promise<Recording | undefined> {
  switch (kind) {
    case 'mpeg-ts':
      return openContainer(object, kind);
    case 'flv':
      return (await import('../container/flash.ts')).openFlash(object);
    case 'mpeg-ps':
      return (await import('../container/program-stream.ts')).openProgramStream(object);
    case 'asf':
      throw unreadable(
        'its audio is Windows Media, which cannot be decoded. Convert it to MP4, for example with `ffmpeg -i video video.mp4`, and upload that.',
      );
    default:
      return undefined;
  }
}

/** A file of no known signature is read as the type it was registered with: MP3 may begin with anything. */
async function openAs(
  container: Container | undefined,
  object: ObjectReader,
  start: number,
): Promise<Recording> {
  switch (container) {
    case 'wav':
      return openWav(object, (at) => openMp3(object, at));
    case 'mp3':
      return openMp3(object, start);
    case 'flac':
      return openFlac(object, start);
    case 'aiff':
      return (await import('../aiff/open-aiff.ts')).openAiff(object);
    case 'au':
      return (await import('../au/open-au.ts')).openAu(object);
    case 'caf':
      return (await import('../caf/open-caf.ts')).openCaf(object);
    case 'amr':
      return (await import('../amr/open-amr.ts')).openAmr(object);
    case 'ogg':
      return (await import('../ogg/open-ogg.ts')).openOgg(object);
    case 'mp4':
    case 'webm':
      return openContainer(object, container);
    default:
      throw unreadable(`its format is unknown. Readable formats are ${readableFormats}.`);
  }
}

const mislabelled = (contentType: string, registered: Container, name: string) =>
  unreadable(
    `it was uploaded as ${containerNames[registered]} (${contentType}), and its bytes are ${name}. Upload it with its own media type; readable formats are ${readableFormats}.`,
  );
