import type { EncodedPacketSink, InputAudioTrack } from 'mediabunny';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { onTimeline } from '../decoding/timeline.ts';
import { checkAudioFormat, readableFormats, truncated, unreadable } from '../decoding/unreadable.ts';
import { checkedCluster } from './clusters.ts';
import { checkedRange } from './fragment-runs.ts';
import { checkTables } from './mp4-tables.ts';
import { checkedPages } from './ogg-pages.ts';
import { decodedPackets } from './packets.ts';
import { asUnreadable, ReadBudget } from './read-budget.ts';
import { type TrackFormat, trackDecoding } from './track-decoding.ts';

/** Bytes of the file that are held, at most. */
const cacheBytes = 8 * 1024 * 1024;
/** Codecs that Amazon Transcribe decodes for the platform. */
const delegatedCodecs: readonly string[] = ['aac'];
/** Seconds a packet can last, at most: those of every codec are far shorter. */
const maxPacketSeconds = 2;
/** Bytes that a second of sound takes at least, in any codec, its table entries included. */
const minSecondBytes = 20;
/** Seconds by which containers round their times. */
const slackSeconds = 0.003;

export type ContainerKind = 'ogg' | 'mp4' | 'webm';

/** Reads bytes of each kind, searched for what would take a function's time or memory. */
const checks = { mp4: checkedRange, ogg: checkedPages, webm: checkedCluster } as const;

/**
 * Opens the first audio track of an Ogg, MP4, WebM or Matroska file. Only its tables and its last packets are read.
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openContainer(object: ObjectReader, kind: ContainerKind): Promise<Recording> {
  // Loaded for such a file only: a request that starts a job does not wait for it.
  const { CustomSource, EncodedPacketSink, Input, MATROSKA, MP4, OGG, QTFF, WEBM } = await import(
    './demuxer.ts'
  );
  const formats = { ogg: [OGG], mp4: [MP4, QTFF], webm: [WEBM, MATROSKA] };
  // Browsers' recorders write no tables: the end is found by going through all clusters.
  const budget = new ReadBudget(kind === 'webm' ? 2 * object.size : 0);
  const source = new CustomSource({
    getSize: () => object.size,
    read: (from, to) => {
      budget.spend(to - from);
      return checks[kind](object, from, to);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // A failed prefetch fails again when its bytes are read.
    handleUnhandledError: () => {},
  });
  try {
    if (kind === 'mp4') await checkTables(object);
    const input = new Input({ formats: formats[kind], source });
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw unreadable(`it has no readable audio track. Readable formats are ${readableFormats}.`);
    const format = await trackFormat(track, kind);
    const sink = new EncodedPacketSink(track);
    const seconds = (await trackSeconds(track, sink, object.size)) - format.delay;
    return containerRecording(object, format, seconds, sink, budget);
  } catch (error) {
    throw asUnreadable(error, object);
  }
}

async function trackFormat(track: InputAudioTrack, kind: ContainerKind): Promise<TrackFormat> {
  const codec = await track.getCodec();
  const config = codec ? await track.getDecoderConfig() : null;
  if (!codec || !config) throw unknownCodec(await codecName(track));
  const description = config.description ? bytesOf(config.description) : undefined;
  const format = {
    codec,
    sampleRate: config.sampleRate,
    channels: config.numberOfChannels,
    description,
    delay: kind === 'webm' && codec === 'opus' ? preSkip(description) : 0,
  };
  checkAudioFormat(format);
  if (!trackDecoding(format) && !delegatedCodecs.includes(codec)) throw unknownCodec(codec);
  return format;
}

function bytesOf(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

const unknownCodec = (name: string) =>
  unreadable(
    `its audio is ${name}, which cannot be decoded. Readable formats are ${readableFormats}. Convert it, for example to MP3.`,
  );

async function codecName(track: InputAudioTrack): Promise<string> {
  const name = await track.getInternalCodecId();
  return typeof name === 'string' ? JSON.stringify(name) : 'of an unknown kind';
}

/** Seconds up to the end of the last packet, which must be complete and of a plausible length. */
async function trackSeconds(track: InputAudioTrack, sink: EncodedPacketSink, bytes: number): Promise<number> {
  const seconds = await track.computeDuration();
  if (!(seconds > 0)) throw unreadable('it has no sound. Check that it plays, and upload it again.');
  const last = await sink.getPacket(seconds);
  if (!last || last.data.length < last.byteLength) throw truncated('its last packet is missing');
  const first = await sink.getFirstPacket({ metadataOnly: true });
  const isTooLong = [first, last].some((packet) => (packet?.duration ?? 0) > maxPacketSeconds);
  if (isTooLong || seconds * minSecondBytes > bytes) {
    throw truncated(
      `its header says ${seconds.toFixed(1)} seconds of audio, and the file holds ${bytes} bytes`,
    );
  }
  return seconds;
}

/**
 * Seconds of a decoder's output before the sound (RFC 7845 §5.1). Times of Matroska count from their beginning (RFC 9559 §5.1.4.1.25.12), those
 * of other containers from the sound.
 */
function preSkip(head: Uint8Array | undefined): number {
  return head && head.length > 11 ? ((head[10] ?? 0) + 256 * (head[11] ?? 0)) / 48_000 : 0;
}

function containerRecording(
  object: ObjectReader,
  format: TrackFormat,
  seconds: number,
  sink: EncodedPacketSink,
  budget: ReadBudget,
): Recording {
  const { codec, channels } = format;
  const decoding = trackDecoding(format);
  const sampleRate = decoding?.sampleRate ?? format.sampleRate;
  return {
    codec: codec.startsWith('pcm-') ? 'pcm' : codec,
    seconds,
    sampleRate,
    channels,
    decodable: decoding !== undefined,
    async *samples(from) {
      if (!decoding) throw unknownCodec(codec);
      const span = {
        start: Math.round(from * sampleRate),
        end: Math.round(seconds * sampleRate),
        slack: slackSeconds * sampleRate,
      };
      if (span.start >= span.end) return;
      try {
        const pieces = decodedPackets(sink, decoding, Math.max(0, from + format.delay - decoding.preroll), {
          object,
          budget,
          delay: format.delay,
        });
        yield* onTimeline(pieces, span);
      } catch (error) {
        throw asUnreadable(error, object);
      }
    },
  };
}
