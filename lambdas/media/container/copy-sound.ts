import type { AudioCodec, EncodedPacket, EncodedPacketSink } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { collectBuffers } from '../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { ByteReader } from '../decoding/byte-reader.ts';
import { gathered } from '../decoding/gathered.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { kindBytes, type VideoKind, videoKind } from '../signatures/video-kind.ts';
import { aacFormat, aacFrameSamples, flashSound } from './flash.ts';
import { objectTarget } from './object-target.ts';
import { type ContainerKind, firstSecond, openTracks } from './open-container.ts';
import { asUnreadable } from './read-budget.ts';

/** Bytes read between two collections of their buffers: all of the video is read for its sound. */
const collectedBytes = 16 * 1024 * 1024;

/** Objects whose ranges are freed while others are read. */
function freeing(objects: ContentObjects): ContentObjects {
  let read = 0;
  return {
    ...objects,
    async range(key, from, to) {
      read += to - from;
      if (read > collectedBytes) {
        collectBuffers(read);
        read = 0;
      }
      return objects.range(key, from, to);
    },
  };
}

const kinds: Readonly<Partial<Record<VideoKind, ContainerKind>>> = {
  mp4: 'mp4',
  matroska: 'webm',
  'mpeg-ts': 'mpeg-ts',
};

export interface SoundCopy {
  /** Key and size of the file. */
  readonly key: string;
  readonly bytes: number;
  /** Key of the copy. */
  readonly target: string;
  readonly signal: AbortSignal;
  /** Looked at while packets are copied. */
  readonly budget: WorkBudget;
}

/**
 * Copies the sound of a video into an M4A file, packet by packet, without decoding it.
 * @returns false when the file is in a container whose sound cannot be copied
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function copySound(
  objects: ContentObjects,
  { key, bytes, target, signal, budget }: SoundCopy,
): Promise<boolean> {
  const object = new ObjectReader(freeing(objects), key, bytes, budget);
  const kind = videoKind(await object.range(0, kindBytes));
  const listed = kind && kinds[kind];
  if (!listed && kind !== 'flv') return false;
  const writer = await objects.writer(target, 'audio/mp4');
  try {
    const { EncodedAudioPacketSource, Mp4OutputFormat, Output, StreamTarget } = await import('./demuxer.ts');
    const sound = listed ? await listedSound(object, listed) : await flashPackets(object);
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: false }),
      target: objectTarget(writer, StreamTarget),
    });
    const source = new EncodedAudioPacketSource(sound.codec);
    output.addAudioTrack(source);
    await output.start();
    for await (const packet of sound.packets) {
      signal.throwIfAborted();
      object.look();
      await source.add(packet, { decoderConfig: sound.decoderConfig });
    }
    await output.finalize();
    await writer.close();
    return true;
  } catch (error) {
    await writer.abort();
    signal.throwIfAborted();
    throw asUnreadable(error, object);
  }
}

/** The sound of a video, as packets whose times count from the start of the video. */
interface Sound {
  readonly codec: AudioCodec;
  readonly decoderConfig: AudioDecoderConfig;
  readonly packets: AsyncIterable<EncodedPacket>;
}

/** @throws DomainError `unsupported-media` when there is none */
async function listedSound(object: ObjectReader, kind: ContainerKind): Promise<Sound> {
  const { EncodedPacketSink } = await import('./demuxer.ts');
  const { input, budget: silence } = await openTracks(object, kind);
  const track = await input.getPrimaryAudioTrack();
  const codec = await track?.getCodec();
  const decoderConfig = codec && (await track?.getDecoderConfig());
  if (!track || !codec || !decoderConfig) throw unreadable('it has no sound. Check that it plays.');
  const zero = await firstSecond(input);
  async function* packets(sink: EncodedPacketSink) {
    let lasts = 0;
    // Its iterator would read far ahead.
    for (let packet = await sink.getFirstPacket(); packet; packet = await sink.getNextPacket(packet)) {
      silence.reset();
      // What an edit list cuts off is not heard.
      if (packet.timestamp + packet.duration <= zero) continue;
      // Matroska does not say how long the last packet is.
      lasts = packet.duration || lasts;
      // A copy: the packet's bytes are part of some megabytes of video, which the writer would hold.
      const data = packet.data.slice();
      yield packet.clone({ data, timestamp: Math.max(0, packet.timestamp - zero), duration: lasts });
    }
  }
  return { codec, decoderConfig, packets: packets(new EncodedPacketSink(track)) };
}

/** @throws DomainError `unsupported-media` when there is none, or none of AAC */
async function flashPackets(object: ObjectReader): Promise<Sound> {
  const { EncodedPacket: Packet } = await import('./demuxer.ts');
  const sound = await flashSound(object);
  if (sound.codec !== 'aac') throw unreadable(notTaken);
  const { type, sampleRate, channels } = aacFormat(sound.config);
  async function* packets() {
    const reader = new ByteReader(gathered(object, sound.packets).pieces(0));
    for (const { bytes, second } of sound.packets) {
      const data = await reader.read(bytes);
      if (data) yield new Packet(data.slice(), 'key', second, aacFrameSamples / sampleRate);
    }
  }
  const config = { numberOfChannels: channels, sampleRate, description: sound.config };
  return {
    codec: 'aac',
    decoderConfig: { codec: `mp4a.40.${type}`, ...config },
    packets: packets(),
  };
}

const notTaken =
  'Amazon Transcribe, which takes this language, does not take MP3 in Flash video. Convert it to MP4, for example with `ffmpeg -i video video.mp4`.';
