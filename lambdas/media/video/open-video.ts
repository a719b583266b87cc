import type { Input, InputTrack } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { DomainError } from '../../domain/errors.ts';
import { unlimited, type WorkBudget } from '../../runtime/work-budget.ts';
import { checkedRange } from '../container/fragment-runs.ts';
import { checkTables } from '../container/mp4-tables.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, damagedContainer, unreadableVideo } from '../decoding/unreadable.ts';

/** Bytes of the file that are held, at most. */
const cacheBytes = 16 * 1024 * 1024;
/** Bytes of one picture or table, at most. Our own: several times a picture of 8K, and the functions' 512 MB hold it. */
const maxRangeBytes = 64 * 1024 * 1024;

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
   * @returns S3's own error, which is no fault of the file; ours; or, for one of the library, a sentence of ours with that as its cause
   */
  explain(error: unknown): unknown;
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
  const { isFragmented } = await checkTables(object, unreadableVideo);
  // Loaded for a file only: a request that starts a job does not wait for it.
  const { CustomSource, Input, MP4 } = await import('./container-parser.ts');
  const source = new CustomSource({
    getSize: () => bytes,
    read: (from, to) => {
      if (to - from > maxRangeBytes) throw unreadableVideo(tooLargePicture);
      return checkedRange(object, from, to, unreadableVideo);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // A failed prefetch fails again when its bytes are read.
    handleUnhandledError: () => {},
  });
  const input = new Input({ formats: [MP4], source });
  return {
    input,
    look: () => object.look(),
    explain(error) {
      if (object.failure) return object.failure.error;
      if (error instanceof DomainError) return error;
      const detail = isFragmented ? cutShort('its fragments are incomplete') : damagedContainer;
      return unreadableVideo(detail, error);
    },
    [Symbol.dispose]: () => input.dispose(),
  };
}

/**
 * Seconds an MP4 file lasts. Only its headers and its last packets are read.
 * @param bytes size of the object
 * @param budget looked at while they are
 * @throws DomainError `unsupported-media` when it is no video, a damaged one, or cut short
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
    if (!track) throw unreadableVideo(noPictures);
    const seconds = await track.computeDuration();
    if (!(seconds > 0)) throw unreadableVideo(noPictures);
    if (!(await hasLastPacket(track))) throw unreadableVideo(cutShort('its last pictures are missing'));
    const sound = await container.input.getPrimaryAudioTrack();
    if (sound && !(await hasLastPacket(sound)))
      throw unreadableVideo(cutShort('the end of its sound is missing'));
    return seconds;
  } catch (error) {
    throw container.explain(error);
  }
}

/** Whether the bytes of a track's last packet are in the file. A track without packets misses none. */
async function hasLastPacket(track: InputTrack): Promise<boolean> {
  const { EncodedPacketSink } = await import('./container-parser.ts');
  const packets = new EncodedPacketSink(track);
  const end = Number.POSITIVE_INFINITY;
  const promised = await packets.getPacket(end, { metadataOnly: true });
  if (!promised) return true;
  const last = await packets.getPacket(end);
  return last !== null && last.data.length === promised.byteLength;
}

const noPictures =
  'it has no pictures. Check that it plays; upload a recording without pictures as a recording, such as audio/mp4.';
const tooLargePicture = 'its tables say that one picture has more bytes than any has. Convert it again.';
