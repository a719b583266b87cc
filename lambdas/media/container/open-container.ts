import type { EncodedPacketSink } from 'mediabunny';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { onTimeline } from '../decoding/timeline.ts';
import { readableFormats, truncated, unreadable } from '../decoding/unreadable.ts';
import { ClusterReader } from './clusters.ts';
import { checkedRange } from './fragment-runs.ts';
import { checkMatroska } from './matroska-tables.ts';
import { checkTables } from './mp4-tables.ts';
import { decodedPackets } from './packets.ts';
import { asUnreadable, ReadBudget } from './read-budget.ts';
import { type TrackFormat, trackDecoding } from './track-decoding.ts';
import { trackFormat, unknownCodec } from './track-format.ts';
import { type TrackTimes, trackTimes } from './track-times.ts';

/** Bytes of the file that are held, at most. */
const cacheBytes = 8 * 1024 * 1024;
/** Seconds by which containers round their times. */
const slackSeconds = 0.003;

export type ContainerKind = 'mp4' | 'webm';

/**
 * Opens the first audio track of an MP4, WebM or Matroska file. Only its tables and its last packets are read.
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openContainer(object: ObjectReader, kind: ContainerKind): Promise<Recording> {
  // Loaded for such a file only: a request that starts a job does not wait for it.
  const { CustomSource, EncodedPacketSink, Input, MATROSKA, MP4, QTFF, WEBM } = await import('./demuxer.ts');
  const formats = { mp4: [MP4, QTFF], webm: [WEBM, MATROSKA] };
  const clusters = new ClusterReader(object);
  // Each searches the bytes for what would take a function's time or memory.
  const reads = {
    mp4: (from: number, to: number) => checkedRange(object, from, to),
    webm: (from: number, to: number) => clusters.read(from, to),
  };
  // Browsers' recorders write no tables: the end is found by going through all clusters.
  const budget = new ReadBudget(kind === 'webm' ? 2 * object.size : 0);
  const source = new CustomSource({
    getSize: () => object.size,
    read: (from, to) => {
      budget.spend(to - from);
      return reads[kind](from, to);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // A failed prefetch fails again when its bytes are read.
    handleUnhandledError: () => {},
  });
  try {
    if (kind === 'mp4') await checkTables(object);
    if (kind === 'webm') await checkMatroska(object);
    const input = new Input({ formats: formats[kind], source });
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw unreadable(`it has no readable audio track. Readable formats are ${readableFormats}.`);
    const rounded = kind === 'webm';
    const format = await trackFormat(track, rounded);
    const sink = new EncodedPacketSink(track);
    const times = await trackTimes(track, sink, format, { rounded, bytes: object.size });
    if (clusters.isCutShort) throw truncated('its last packets are missing');
    return containerRecording(object, format, times, sink, budget);
  } catch (error) {
    throw asUnreadable(error, object);
  }
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
