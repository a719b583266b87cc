import {
  isTextual,
  isUnknownType,
  type MediaType,
  mediaTypeOfName,
  mediaTypes,
} from '@nova/shared/media-types';
import type { ExistingContent } from '../domain/content.ts';

/** Kinds of text that browsers and systems register as plain text, and that any text can be read as. */
const readAsPlain: ReadonlySet<MediaType> = new Set<MediaType>([
  'text/markdown',
  'text/csv',
  'text/tab-separated-values',
  'application/x-subrip',
  'text/vtt',
]);

/**
 * The type that a file gets: text has no signature, so its name tells the kind of text where the registration leaves it open.
 * @param found the type by the file's bytes
 * @param text the start of a text, empty for other files
 */
export function namedType(claim: ExistingContent, found: MediaType, text: string): MediaType {
  const named = mediaTypeOfName(claim.filename);
  if (isUnknownType(claim.contentType) && found === 'text/plain') {
    if (named && (isTextual(named) || named === 'message/rfc822')) return named;
    return /^\s{0,100}<(?:!doctype html|html[\s>])/i.test(text) ? 'text/html' : found;
  }
  return claim.contentType === 'text/plain' && named && readAsPlain.has(named) ? named : found;
}

/**
 * Whether a file of another type than its registration is taken as what it is: the registration says nothing, or it names
 * another type of the same kind, or a video that is a recording in the same container. A text in place of another file is none of these: it
 * may be the message of a failed download.
 */
export function isHarmless(
  claim: ExistingContent,
  claimed: MediaType | undefined,
  found: MediaType,
): boolean {
  if (isUnknownType(claim.contentType)) return true;
  if (claim.kind === 'video' && recordingsInVideos.has(found)) return true;
  return (
    mediaTypes[found] === claim.kind && claimed !== undefined && (!isTextual(found) || isTextual(claimed))
  );
}

/** Types of recordings in a container that is known from videos. */
const recordingsInVideos: ReadonlySet<MediaType> = new Set<MediaType>([
  'audio/mp4',
  'audio/webm',
  'audio/matroska',
]);
