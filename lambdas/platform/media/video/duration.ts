import { DomainError } from '../../../domain/errors.ts';
import type { ContentObjects } from '../../content/objects.ts';

/** Bytes of the file held at most while looking through it. */
const cacheBytes = 16 * 1024 * 1024;

/**
 * Seconds an MP4 file lasts, from its container. Only the parts that say so are read.
 * @param bytes size of the object
 * @throws DomainError `unsupported-media` when it is no video, or a broken one
 */
export async function videoSeconds(objects: ContentObjects, key: string, bytes: number): Promise<number> {
  // Loaded when a video is looked at: a request that asks for a job does not wait for it.
  const { CustomSource, Input, MP4 } = await import('./container-parser.ts');
  let lost: unknown;
  const source = new CustomSource({
    getSize: () => bytes,
    read: async (from, to) => {
      try {
        return await objects.range(key, from, to);
      } catch (error) {
        lost = error;
        throw error;
      }
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
  });
  using input = new Input({ formats: [MP4], source });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('it has no video track');
    const seconds = await track.computeDuration();
    if (!(seconds > 0)) throw new Error('it has no frames');
    return seconds;
  } catch (error) {
    // What S3 failed with is no fault of the file.
    if (lost !== undefined) throw lost;
    const reason = error instanceof Error ? error.message : String(error);
    const detail = `The file cannot be read as an MP4 video: ${reason}. Check that it plays, and upload it again.`;
    throw new DomainError('unsupported-media', detail, { cause: error });
  }
}
