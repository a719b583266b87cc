import type { EncodedPacketSink, Input } from 'mediabunny';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { onTimeline } from '../decoding/timeline.ts';
import { readableFormats, truncated, unreadable } from '../decoding/unreadable.ts';
import { ClusterReader } from './clusters.ts';
import { withEndingSearches } from './ending-searches.ts';
import { checkedRange } from './fragment-runs.ts';
import { checkMatroska } from './matroska-tables.ts';
import { checkTables } from './mp4-tables.ts';
import { decodedPackets } from './packets.ts';
import { asUnreadable, ReadBudget } from './read-budget.ts';
import { type TrackFormat, trackDecoding } from './track-decoding.ts';
import { trackFormat, unknownCodec } from './track-format.ts';
import { type TrackTimes, trackTimes } from './track-times.ts';
import { openPackets } from './transport-stream.ts';

/** Bytes of the file that are held, at most. */
const cacheBytes = 8 * 1024 * 1024;
/** Seconds by which containers round their times. */
const slackSeconds = 0.003;

export type ContainerKind = 'mp4' | 'webm' | 'mpeg-ts';

/** The tracks of a file, and what bounds the reading of them. */
export interface Tracks {
  readonly input: Input;
  readonly budget: ReadBudget;
  /** Whether reading has shown that the end of the file is missing. */
  isCutShort(): boolean;
}

/**
 * Opens the tracks of a file.
 * @throws DomainError `unsupported-media` when its tables claim more than the file or a function can hold
 */
export async function openTracks(object: ObjectReader, kind: ContainerKind): Promise<Tracks> {
  // Loaded for such a file only: a request that starts a job does not wait for it.
  const { CustomSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } = await import('./demuxer.ts');
  const formats = { mp4: [MP4, QTFF], webm: [WEBM, MATROSKA], 'mpeg-ts': [MPEG_TS] };
  if (kind === 'mp4') await checkTables(object);
  if (kind === 'webm') await checkMatroska(object);
  const clusters = new ClusterReader(object);
  // Each searches the bytes for what would take a function's time or memory.
  const read = {
    mp4: async () => (from: number, to: number) => checkedRange(object, from, to),
    webm: async () => (from: number, to: number) => clusters.read(from, to),
    'mpeg-ts': async () => (await openPackets(object)).range,
  };
  const readRange = await read[kind]();
  // Browsers' recorders write no tables: the end is found by going through all clusters. Transport streams have none either.
  const budget = new ReadBudget(kind === 'mp4' ? 0 : 2 * object.size);
  const source = new CustomSource({
    getSize: () => object.size,
    read: (from, to) => {
      budget.spend(to - from);
      return readRange(from, to);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // A failed prefetch fails again when its bytes are read.
    handleUnhandledError: () => {},
  });
  const input = withEndingSearches(new Input({ formats: formats[kind], source }));
  return { input, budget, isCutShort: () => clusters.isCutShort };
}

/**
 * Opens the first audio track of a file. Only its tables and its last packets are read.
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openContainer(object: ObjectReader, kind: ContainerKind): Promise<Recording> {
  try {
    const { EncodedPacketSink } = await import('./demuxer.ts');
    const { input, budget, isCutShort } = await openTracks(object, kind);
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw unreadable(`it has no readable audio track. Readable formats are ${readableFormats}.`);
    const rounded = kind === 'webm';
    const found = await trackFormat(track, rounded);
    // Times of the container that begin late are those of a stream that went on before.
    const isLate = kind === 'webm' || kind === 'mpeg-ts';
    const format = { ...found, delay: found.delay + (isLate ? await firstSecond(input) : 0) };
    const sink = new EncodedPacketSink(track);
    const times = await trackTimes(track, sink, format, { rounded, bytes: object.size });
    if (isCutShort()) throw truncated('its last packets are missing');
    return containerRecording(object, format, times, sink, budget);
  } catch (error) {
    throw asUnreadable(error, object);
  }
}

/**
 * The time of the container at which the recording begins, or the video that it belongs to: transport streams and live recordings count from
 * some time before. What an edit list cuts off is before zero.
 */
export async function firstSecond(input: Input): Promise<number> {
  const tracks = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  const times = await Promise.all(tracks.map((track) => track?.getFirstTimestamp()));
  return Math.max(0, Math.min(...times.filter((time) => time !== undefined)));
}

function containerRecording(
  object: ObjectReader,
  format: TrackFormat,
  times: TrackTimes,
  sink: EncodedPacketSink,
  budget: ReadBudget,
): Recording {
  const { codec, channels, delay } = format;
  const seconds = times.end - delay;
  const decoding = trackDecoding(format);
  const sampleRate = decoding?.sampleRate ?? format.sampleRate;
  return {
    codec: codec.startsWith('pcm-') ? 'pcm' : codec,
    seconds,
    sampleRate,
    channels,
    decodable: decoding !== undefined,
    async *samples(from, channel) {
      if (!decoding) throw unknownCodec(codec);
      const span = {
        start: Math.round(from * sampleRate),
        end: Math.round(seconds * sampleRate),
        slack: slackSeconds * sampleRate,
      };
      if (span.start >= span.end) return;
      try {
        const pieces = decodedPackets(sink, decoding, Math.max(0, from + delay - decoding.preroll), {
          object,
          budget,
          delay,
          grid: times.grid,
          slack: span.slack,
          channel,
        });
        yield* onTimeline(pieces, span);
      } catch (error) {
        throw asUnreadable(error, object);
      }
    },
  };
}
