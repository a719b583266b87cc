import type { Input } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { DomainError } from '../../domain/errors.ts';
import { unlimited, type WorkBudget } from '../../runtime/work-budget.ts';
import { ClusterReader } from '../container/clusters.ts';
import { withEndingSearches } from '../container/ending-searches.ts';
import { checkedRange } from '../container/fragment-runs.ts';
import { checkMatroska } from '../container/matroska-tables.ts';
import { checkTables } from '../container/mp4-tables.ts';
import { openPackets } from '../container/transport-stream.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, damagedContainer, unreadableVideo } from '../decoding/unreadable.ts';
import { type CutKind, isCutKind, kindBytes, videoKind } from '../signatures/video-kind.ts';

/** Bytes of the file that are held, at most. */
const cacheBytes = 16 * 1024 * 1024;
/** Bytes of one picture, table or cluster, at most. Our own: several times a picture of 8K, and the functions' 512 MB hold it. */
const maxRangeBytes = 32 * 1024 * 1024;
/** A video in the bucket. */
export interface StoredVideo {
  readonly key: string;
  /** Size of the object. */
  readonly bytes: number;
}

/** A video with readable tracks. */
export interface Container extends Disposable {
  readonly kind: CutKind;
  readonly input: Input;
  /** Whether its header says how long it lasts. Recorders of a live stream do not know it when they write the header. */
  readonly saysDuration: boolean;
  /** Whether reading it has shown that its end is missing. */
  readonly isCutShort: boolean;
  /**
   * Looks at the time that reading may take. Called with each picture.
   * @throws the budget's error when it is over
   */
  look(): void;
  /**
   * The error to throw for a failure to read the video.
   * @returns S3's own error, which is no fault of the file; ours; or, for one of the library, a sentence of ours with that as its cause
   */
  explain(error: unknown): unknown;
}

/** What is particular to a container. */
interface Reading {
  readonly saysDuration: boolean;
  /** The sentence for a fault that the library finds. */
  readonly fault: string;
  isCutShort(): boolean;
  read(from: number, to: number): Promise<Uint8Array>;
}

/**
 * Opens a video whose packets can be listed; only the needed ranges are read.
 * @param budget looked at while they are
 * @throws DomainError `unsupported-media` when its tables claim more than the file can hold, or it is encrypted
 */
export async function openVideo(
  objects: ContentObjects,
  { key, bytes }: StoredVideo,
  budget: WorkBudget = unlimited,
): Promise<Container> {
  const object = new ObjectReader(objects, key, bytes, budget);
  const kind = videoKind(await object.range(0, kindBytes));
  if (!isCutKind(kind)) throw unreadableVideo(unknownKind);
  const reading = await readings[kind](object);
  // Loaded for a file only: a request that starts a job does not wait for it.
  const { CustomSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } = await import('./container-parser.ts');
  const formats = { mp4: [MP4, QTFF], matroska: [MATROSKA, WEBM], 'mpeg-ts': [MPEG_TS] }[kind];
  const source = new CustomSource({
    getSize: () => bytes,
    read: (from, to) => {
      if (to - from > maxRangeBytes) throw unreadableVideo(tooLargePicture);
      return reading.read(from, to);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // A failed prefetch fails again when its bytes are read.
    handleUnhandledError: () => {},
  });
  const input = withEndingSearches(new Input({ formats, source }));
  return {
    kind,
    input,
    saysDuration: reading.saysDuration,
    get isCutShort() {
      return reading.isCutShort();
    },
    look: () => object.look(),
    explain(error) {
      if (object.failure) return object.failure.error;
      return error instanceof DomainError ? error : unreadableVideo(reading.fault, error);
    },
    [Symbol.dispose]: () => input.dispose(),
  };
}

const readings: Readonly<Record<CutKind, (object: ObjectReader) => Promise<Reading>>> = {
  async mp4(object) {
    const { isFragmented } = await checkTables(object, unreadableVideo);
    return {
      saysDuration: true,
      fault: isFragmented ? cutShort('its fragments are incomplete') : damagedContainer,
      isCutShort: () => false,
      read: (from, to) => checkedRange(object, from, to, unreadableVideo),
    };
  },

  async matroska(object) {
    const { saysDuration } = await checkMatroska(object, unreadableVideo);
    const clusters = new ClusterReader(object, unreadableVideo);
    return {
      saysDuration,
      fault: damagedContainer,
      isCutShort: () => clusters.isCutShort,
      read: (from, to) => clusters.read(from, to),
    };
  },

  async 'mpeg-ts'(object) {
    const packets = await openPackets(object, unreadableVideo);
    return {
      // Its length is nowhere, so the end of the file is the end of the video.
      saysDuration: false,
      fault: damagedContainer,
      isCutShort: () => false,
      read: (from, to) => packets.range(from, to),
    };
  },
};

/** The sentence for a file that is no video of a known container. */
export const unknownKind =
  'its first bytes are of no video that can be read. Check that it plays, and convert it to MP4.';
const tooLargePicture = 'its tables say that one picture has more bytes than any has. Convert it again.';
