import type { ContentObjects } from '../../content/objects.ts';
import { notAVideo, openVideo } from './open-video.ts';

/**
 * Seconds an MP4 file lasts, from its container. Only the parts that say so are read.
 * @param bytes size of the object
 * @throws DomainError `unsupported-media` when it is no video, or a broken one
 */
export async function videoSeconds(objects: ContentObjects, key: string, bytes: number): Promise<number> {
  using container = await openVideo(objects, key, bytes);
  try {
    const track = await container.input.getPrimaryVideoTrack();
    if (!track) throw new Error('it has no video track');
    const seconds = await track.computeDuration();
    if (!(seconds > 0)) throw new Error('it has no frames');
    return seconds;
  } catch (error) {
    throw container.explain(error, notAVideo);
  }
}
