import type { AudioCodec, EncodedPacket, EncodedPacketSink, InputAudioTrack } from 'mediabunny';
import type { ObjectWriter } from '../../content/object-writer.ts';
import type { ContentObjects } from '../../content/objects.ts';
import { collectBuffers } from '../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { type AmrKind, emptyFrame, frameSeconds, framesIn } from '../amr/frames.ts';
import { ByteReader } from '../decoding/byte-reader.ts';
import { gathered } from '../decoding/gathered.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { kindBytes, type VideoKind, videoKind } from '../signatures/video-kind.ts';
import { aacFormat, aacFrameSamples, flashSound } from './flash.ts';
import { objectTarget } from './object-target.ts';
import { type ContainerKind, firstSecond, openTracks } from './open-container.ts';
import { asUnreadable } from './read-budget.ts';
import { amrKindOf } from './track-format.ts';

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
 * Copies the sound of a video packet by packet, without decoding it: into an AMR file where it is AMR, otherwise into an M4A file.
 * @returns the type of the copy; undefined when the file is in a container whose sound cannot be copied
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function copySound(
  objects: ContentObjects,
  { key, bytes, target, signal, budget }: SoundCopy,
): Promise<'audio/amr' | 'audio/mp4' | undefined> {
  const object = new ObjectReader(freeing(objects), key, bytes, budget);
  const kind = videoKind(await object.range(0, kindBytes));
  const listed = kind && kinds[kind];
  if (!listed && kind !== 'flv') return undefined;
  try {
    const sound = listed ? await listedSound(object, listed) : await flashPackets(object);
    const type = 'amr' in sound ? 'audio/amr' : 'audio/mp4';
    const writer = await objects.writer(target, type);
    try {
      const packets = looking(sound.packets, object, signal);
      await ('amr' in sound ? writeAmr(writer, sound.amr, packets) : writeM4a(writer, sound, packets));
      await writer.close();
      return type;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asUnreadable(error, object);
  }
}

/** Packets between which the time is looked at. */
async function* looking(packets: AsyncIterable<EncodedPacket>, object: ObjectReader, signal: AbortSignal) {
  for await (const packet of packets) {
    signal.throwIfAborted();
    object.look();
    yield packet;
  }
}

async function writeM4a(
  writer: ObjectWriter,
  { codec, decoderConfig }: ListedCodec,
  packets: AsyncIterable<EncodedPacket>,
): Promise<void> {
  const { EncodedAudioPacketSource, Mp4OutputFormat, Output, StreamTarget } = await import('./demuxer.ts');
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: false }),
    target: objectTarget(writer, StreamTarget),
  });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  for await (const packet of packets) await source.add(packet, { decoderConfig });
  await output.finalize();
}

/** The packets hold whole frames as a file has them (3GPP TS 26.244 §6.5). A file has no times, so pauses are frames too. */
async function writeAmr(
  writer: ObjectWriter,
  kind: AmrKind,
  packets: AsyncIterable<EncodedPacket>,
): Promise<void> {
  let [frames, position] = [0, 0];
  const write = async (bytes: Uint8Array) => {
    await writer.write(bytes, position);
    position += bytes.length;
  };
  await write(Buffer.from(kind.mark));
  for await (const { data, timestamp } of packets) {
    const missing = Math.round(timestamp / frameSeconds) - frames;
    if (missing > 0) await write(Buffer.alloc(missing, emptyFrame));
    await write(data);
    frames += Math.max(0, missing) + framesIn(kind, data);
  }
}

interface ListedCodec {
  readonly codec: AudioCodec;
  readonly decoderConfig: AudioDecoderConfig;
}

/** The sound of a video, as packets whose times count from the start of the video. */
type Sound = { readonly packets: AsyncIterable<EncodedPacket> } & (ListedCodec | { readonly amr: AmrKind });

/** @throws DomainError `unsupported-media` when there is none */
async function listedSound(object: ObjectReader, kind: ContainerKind): Promise<Sound> {
  const { EncodedPacketSink } = await import('./demuxer.ts');
  const { input, budget: silence } = await openTracks(object, kind);
  const track = await input.getPrimaryAudioTrack();
  const codec = track && (await codecOf(track));
  if (!codec) throw unreadable('it has no sound. Check that it plays.');
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
  return { ...codec, packets: packets(new EncodedPacketSink(track)) };
}

async function codecOf(track: InputAudioTrack): Promise<ListedCodec | { readonly amr: AmrKind } | undefined> {
  const amr = await amrKindOf(track);
  if (amr) return { amr };
  const codec = await track.getCodec();
  const decoderConfig = codec && (await track.getDecoderConfig());
  return codec && decoderConfig ? { codec, decoderConfig } : undefined;
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
