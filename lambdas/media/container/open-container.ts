import type { EncodedPacketSink, InputAudioTrack } from 'mediabunny';
import type { Recording } from '../decoding/recording.ts';
import { checkSound, cutShort, notReadable, readable } from '../decoding/unreadable.ts';
import { onTimeline } from '../decoding/timeline.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { checkedRange } from './fragment-runs.ts';
import { Effort, refusalOf } from './read-budget.ts';
import { checkTables } from './mp4-tables.ts';
import { decodedPackets } from './packets.ts';
import { decodingOf, type TrackFormat } from './track-decoding.ts';

/** Bytes of the file held at most. */
const cacheBytes = 8 * 1024 * 1024;
/** Codecs that another part of the platform can have decoded. */
const decodedElsewhere: readonly string[] = ['aac'];
/** Seconds a packet can last: those of every codec are shorter by far. */
const packetSecondsMost = 2;
/** Bytes that a second of sound takes at least, of any codec, its place in the tables counted. */
const secondBytesLeast = 20;
/** Seconds that containers round their times by. */
const slackSeconds = 0.003;

/**
 * Opens the first audio track of an Ogg or MP4 file. Only its tables and its last packets are read.
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openContainer(object: WatchedObject, kind: 'ogg' | 'mp4'): Promise<Recording> {
  // Loaded when there is such a file: a request that asks for a job does not wait for it.
  const { CustomSource, EncodedPacketSink, Input, MP4, OGG, QTFF } = await import('./demuxer.ts');
  const effort = new Effort();
  const source = new CustomSource({
    getSize: () => object.size,
    read: (from, to) => {
      effort.spend(to - from);
      return kind === 'mp4' ? checkedRange(object, from, to) : object.range(from, to);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
    // What failed with nobody waiting fails again for the one who asks for it.
    handleUnhandledError: () => {},
  });
  try {
    if (kind === 'mp4') await checkTables(object);
    const input = new Input({ formats: kind === 'ogg' ? [OGG] : [MP4, QTFF], source });
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw notReadable(`it has no audio track that can be read. What can be: ${readable}.`);
    const format = await formatOf(track);
    const sink = new EncodedPacketSink(track);
    const seconds = await secondsOf(track, sink, object.size);
    return recordingOf(object, format, seconds, sink, effort);
  } catch (error) {
    throw refusalOf(error, object);
  }
}

async function formatOf(track: InputAudioTrack): Promise<TrackFormat> {
  const codec = await track.getCodec();
  const config = codec ? await track.getDecoderConfig() : null;
  if (!codec || !config) throw unknownCodec(await nameOf(track));
  const description = config.description ? bytesOf(config.description) : undefined;
  const format = {
    codec,
    sampleRate: config.sampleRate,
    channels: config.numberOfChannels,
    description,
  };
  checkSound(format);
  if (!decodingOf(format) && !decodedElsewhere.includes(codec)) throw unknownCodec(codec);
  return format;
}

function bytesOf(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

const unknownCodec = (name: string) =>
  notReadable(
    `its audio is ${name}, which cannot be decoded. What can be: ${readable}. Convert it, for example to MP3.`,
  );

async function nameOf(track: InputAudioTrack): Promise<string> {
  const name = await track.getInternalCodecId();
  return typeof name === 'string' ? JSON.stringify(name) : 'of an unknown kind';
}

/** Seconds up to the end of the last packet, which must be there, and be what it can be. */
async function secondsOf(track: InputAudioTrack, sink: EncodedPacketSink, bytes: number): Promise<number> {
  const seconds = await track.computeDuration();
  if (!(seconds > 0)) throw notReadable('it has no sound. Check that it plays, and upload it again.');
  const last = await sink.getPacket(seconds);
  if (!last || last.data.length < last.byteLength) throw cutShort('its last sound is not there');
  const first = await sink.getFirstPacket({ metadataOnly: true });
  const isTooLong = [first, last].some((packet) => (packet?.duration ?? 0) > packetSecondsMost);
  if (isTooLong || seconds * secondBytesLeast > bytes) {
    throw cutShort(`its header says ${seconds.toFixed(1)} seconds of audio, and ${bytes} bytes are there`);
  }
  return seconds;
}

function recordingOf(
  object: WatchedObject,
  format: TrackFormat,
  seconds: number,
  sink: EncodedPacketSink,
  effort: Effort,
): Recording {
  const { codec, channels } = format;
  const decoding = decodingOf(format);
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
        const pieces = decodedPackets(sink, decoding, Math.max(0, from - decoding.preroll), effort);
        yield* onTimeline(pieces, span);
      } catch (error) {
        throw refusalOf(error, object);
      }
    },
  };
}
