import type { Input } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { DomainError } from '../../domain/errors.ts';
import { unlimited, type WorkBudget } from '../../runtime/work-budget.ts';
import { checkedRange } from '../container/fragment-runs.ts';
import { checkTables } from '../container/mp4-tables.ts';
import { ObjectReader } from '../decoding/object-reader.ts';

/** Bytes of the file that are held, at most. */
const cacheBytes = 16 * 1024 * 1024;

/** A video in the bucket with readable tracks. */
export interface Container extends Disposable {
  readonly input: Input;
  /**
   * Looks at the time that reading may take.
   * @throws the budget's error when it is over
   */
  look(): void;
  /**
   * The error to throw for a failure to read the video.
   * @param refusal makes the caller's error from the reason
   * @returns S3's own error, which is no fault of the file, or the caller's
   */
  explain(error: unknown, refusal: (reason: string, options: ErrorOptions) => DomainError): unknown;
}

/**
 * Opens an MP4 file; only the needed ranges are read.
 * @param budget looked at while they are
 * @throws DomainError `unsupported-media` when its tables claim more than the file can hold
 */
export async function openVideo(
  objects: ContentObjects,
  key: string,
  bytes: number,
  budget: WorkBudget = unlimited,
): Promise<Container> {
  const object = new ObjectReader(objects, key, bytes, budget);
  try {
    await checkTables(object);
  } catch (error) {
    if (object.failure || !(error instanceof DomainError)) throw error;
    throw notAVideo('its tables are damaged or incomplete', { cause: error });
  }
  // Loaded for a file only: a request that starts a job does not wait for it.
  const { CustomSource, Input, MP4 } = await import('./container-parser.ts');
  const asVideo = (error: unknown) => {
    if (object.failure || !(error instanceof DomainError)) throw error;
    throw notAVideo('its fragments contradict its size', { cause: error });
  };
  const source = new CustomSource({
    getSize: () => bytes,
    read: (from, to) => checkedRange(object, from, to).catch(asVideo),
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // A failed prefetch fails again when its bytes are read.
    handleUnhandledError: () => {},
  });
  const input = new Input({ formats: [MP4], source });
  return {
    input,
    look: () => object.look(),
    explain(error, refusal) {
      if (object.failure) return object.failure.error;
      if (error instanceof DomainError) return error;
      return refusal(error instanceof Error ? error.message : String(error), { cause: error });
    },
    [Symbol.dispose]: () => input.dispose(),
  };
}

/**
 * Seconds an MP4 file lasts. Only its headers are read.
 * @param bytes size of the object
 * @param budget looked at while they are
 * @throws DomainError `unsupported-media` when it is no video, or a damaged one
 */
export async function videoSeconds(
  objects: ContentObjects,
  key: string,
  bytes: number,
  budget?: WorkBudget,
): Promise<number> {
  using container = await openVideo(objects, key, bytes, budget);
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

/** The error for a file that cannot be read as a video. */
function notAVideo(reason: string, options: ErrorOptions): DomainError {
  const detail = `The file cannot be read as an MP4 video: ${reason}. Check that it plays, and upload it again.`;
  return new DomainError('unsupported-media', detail, options);
}
