import { joinRecordings } from '../decoding/joined.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { chainOf } from './chain.ts';
import { linkRecording } from './link-recording.ts';
import { PageReader } from './pages.ts';

/**
 * Opens an Ogg file (RFC 3533) with Opus (RFC 7845), FLAC (RFC 9639 §10.1) or Vorbis. Several recordings in it, which may differ in codec, rate and
 * channels, are one after the other. Only their headers and some of their pages are read.
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openOgg(object: ObjectReader): Promise<Recording> {
  const reader = new PageReader(object);
  const links = await chainOf(reader);
  return joinRecordings(links.map((link) => linkRecording(reader, link)));
}
