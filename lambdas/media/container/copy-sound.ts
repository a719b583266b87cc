import type { StreamTargetChunk } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { collectBuffers } from '../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { kindBytes, type VideoKind, videoKind } from '../signatures/video-kind.ts';
import { type ContainerKind, firstSecond, openTracks } from './open-container.ts';
import { asUnreadable } from './read-budget.ts';

/** Bytes that a writer of a container collects at once. */
export const chunkBytes = 1024 * 1024;

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
 * @returns false when the file is in a container whose packets are not listed here
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function copySound(
  objects: ContentObjects,
  { key, bytes, target, signal, budget }: SoundCopy,
): Promise<boolean> {
  const object = new ObjectReader(freeing(objects), key, bytes, budget);
  const kind = kinds[videoKind(await object.range(0, kindBytes)) ?? 'flv'];
  if (!kind) return false;
  const writer = await objects.writer(target, 'audio/mp4');
  try {
    const { EncodedAudioPacketSource, EncodedPacketSink, Mp4OutputFormat, Output, StreamTarget } =
      await import('./demuxer.ts');
    const { input, budget: silence } = await openTracks(object, kind);
    const track = await input.getPrimaryAudioTrack();
    const codec = await track?.getCodec();
    const decoderConfig = codec && (await track?.getDecoderConfig());
    if (!track || !codec || !decoderConfig) throw unreadable('it has no sound. Check that it plays.');
    const zero = await firstSecond(input);
    const sink = new WritableStream<StreamTargetChunk>({
      write: ({ data, position }) => writer.write(data, position),
    });
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: false }),
      target: new StreamTarget(sink, { chunked: true, chunkSize: chunkBytes }),
    });
    const source = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(source);
    await output.start();
    let lasts = 0;
    // Its iterator would read far ahead.
    const packets = new EncodedPacketSink(track);
    for (let packet = await packets.getFirstPacket(); packet; packet = await packets.getNextPacket(packet)) {
      signal.throwIfAborted();
      object.look();
      silence.reset();
      // What an edit list cuts off is not heard.
      if (packet.timestamp + packet.duration <= zero) continue;
      // Matroska does not say how long the last packet is.
      lasts = packet.duration || lasts;
      const timestamp = Math.max(0, packet.timestamp - zero);
      // A copy: the packet's bytes are part of some megabytes of video, which the writer would hold.
      const data = packet.data.slice();
      await source.add(packet.clone({ data, timestamp, duration: lasts }), { decoderConfig });
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
