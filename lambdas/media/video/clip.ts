import type { EncodedPacket, EncodedPacketSink, InputAudioTrack, InputVideoTrack, Output } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { objectTarget } from '../container/object-target.ts';
import { firstSecond } from '../container/open-container.ts';
import { unreadableVideo } from '../decoding/unreadable.ts';
import { openVideo } from './open-video.ts';

export interface Clip {
  /** Key and size of the whole video. */
  readonly key: string;
  readonly bytes: number;
  /** Seconds. A clip begins with a key frame, so it may begin earlier than `from`. */
  readonly from: number;
  readonly to: number;
  /** Seconds it may last, counted from its real beginning; no limit when absent. */
  readonly maxSeconds?: number;
  /** Key of the clip. */
  readonly target: string;
  readonly signal: AbortSignal;
  /** Looked at while the clip is copied. */
  readonly budget?: WorkBudget;
}

/**
 * Copies a clip of a video into a new file. Packets are copied without decoding, through a bounded buffer.
 * @returns seconds of the whole video at which the clip begins, and its length
 * @throws DomainError `unsupported-media` when the video cannot be read
 */
export async function copyClip(
  objects: ContentObjects,
  { key, bytes, from, to, maxSeconds, target, signal, budget }: Clip,
): Promise<{ readonly start: number; readonly seconds: number }> {
  using container = await openVideo(objects, { key, bytes }, budget);
  const { Mp4OutputFormat, Output: Written, StreamTarget } = await import('./container-parser.ts');
  const writer = await objects.writer(target, 'video/mp4');
  try {
    const format = new Mp4OutputFormat({ fastStart: false });
    const output = new Written({
      format,
      target: objectTarget(writer, StreamTarget),
    });
    const video = await container.input.getPrimaryVideoTrack();
    if (!video) throw unreadableVideo('it has no pictures. Check that it plays, and upload it again.');
    const audio = await container.input.getPrimaryAudioTrack();
    const look = () => {
      signal.throwIfAborted();
      container.look();
    };
    const zero = await firstSecond(container.input);
    const span = { from: from + zero, to: to + zero, maxSeconds, look };
    const { start, seconds } = await copyTracks(output, video, audio, span);
    await writer.close();
    // In a damaged file a picture may have a time before the first one.
    return { start: Math.max(0, start - zero), seconds };
  } catch (error) {
    await writer.abort();
    signal.throwIfAborted();
    throw container.explain(error);
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly maxSeconds: number | undefined;
  /** Called before each packet. */
  look(): void;
}

async function copyTracks(
  output: Output,
  video: InputVideoTrack,
  audio: InputAudioTrack | null,
  { from, to, maxSeconds = Number.POSITIVE_INFINITY, look }: Span,
): Promise<{ start: number; seconds: number }> {
  const { EncodedAudioPacketSource, EncodedPacketSink, EncodedVideoPacketSource } = await import(
    './container-parser.ts'
  );
  const [videoCodec, audioCodec] = [video.codec, audio?.codec];
  const videoConfig = await video.getDecoderConfig();
  if (!videoCodec || !videoConfig) throw unreadableVideo(unknownCodec);
  const pictures = new EncodedPacketSink(video);
  const before = (await keyPictureBefore(pictures, from)) ?? (await pictures.getFirstKeyPacket());
  if (!before) throw unreadableVideo('it has no key frame. Convert it again.');
  // The next key frame, when the last one is too far back.
  const first = to - before.timestamp > maxSeconds ? await pictures.getNextKeyPacket(before) : before;
  if (!first || first.timestamp >= to) throw tooFewKeyFrames(maxSeconds);
  const start = Math.max(0, first.timestamp);
  const pictureSource = new EncodedVideoPacketSource(videoCodec);
  output.addVideoTrack(pictureSource, { rotation: video.rotation });
  const audioConfig = audioCodec ? await audio?.getDecoderConfig() : undefined;
  const soundSource = audioCodec && audioConfig ? new EncodedAudioPacketSource(audioCodec) : undefined;
  if (soundSource) output.addAudioTrack(soundSource);
  await output.start();

  let end = start;
  const moved = (packet: EncodedPacket) => packet.clone({ timestamp: Math.max(0, packet.timestamp - start) });
  const copyPictures = async () => {
    let meta: { decoderConfig: VideoDecoderConfig } | undefined = { decoderConfig: videoConfig };
    for await (const packet of pictures.packets(first)) {
      look();
      if (packet.timestamp >= to) break;
      await pictureSource.add(moved(packet), meta);
      meta = undefined;
      end = Math.max(end, packet.timestamp + packet.duration);
    }
    pictureSource.close();
  };
  const copySound = async () => {
    if (!soundSource || !audio || !audioConfig) return;
    const sounds = new EncodedPacketSink(audio);
    const begin = (await sounds.getPacket(start)) ?? (await sounds.getFirstPacket());
    let meta: { decoderConfig: AudioDecoderConfig } | undefined = { decoderConfig: audioConfig };
    if (begin) {
      for await (const packet of sounds.packets(begin)) {
        look();
        if (packet.timestamp >= to) break;
        if (packet.timestamp < start) continue;
        await soundSource.add(moved(packet), meta);
        meta = undefined;
      }
    }
    soundSource.close();
  };
  await Promise.all([copyPictures(), copySound()]);
  await output.finalize();
  return { start, seconds: end - start };
}

/** Seconds to look back for a key frame at first; twice as many each time. */
const firstStep = 4;

/**
 * The last key frame up to a time. In a Matroska file without an index, the library finds none if none is between the last cluster that it
 * has seen and that time; then a look further back finds one, and the ones after it follow.
 */
async function keyPictureBefore(pictures: EncodedPacketSink, at: number): Promise<EncodedPacket | null> {
  const direct = await pictures.getKeyPacket(at);
  if (direct) return direct;
  let found: EncodedPacket | null = null;
  for (let back = firstStep; !found && back < 2 * at; back *= 2)
    found = await pictures.getKeyPacket(at - back);
  for (let next = found; next && next.timestamp <= at; ) {
    found = next;
    next = await pictures.getNextKeyPacket(next);
  }
  return found;
}

function tooFewKeyFrames(maxSeconds: number): DomainError {
  const detail = `The video has no key frame for so long that no clip of ${maxSeconds} seconds can be cut; convert it with a key frame at least every ten seconds.`;
  return new DomainError('unsupported-media', detail);
}

const unknownCodec = 'the codec of its pictures is unknown. Convert it to MP4 with H.264.';
