import type { ContentObjects } from '../../../content/objects.ts';
import { objectBytes } from '../../object-bytes.ts';
import { mp3Decoder } from '../decoders/mp3.ts';
import { since } from '../mix.ts';
import { type Recording, refuseOdd, unreadable } from '../recording.ts';
import { type StreamInfo, streamInfoIn } from './first-frame.ts';
import { type Frame, framesIn, NoFrameError } from './frames.ts';

/** Bytes of an ID3v2 tag's header. Source: "ID3 tag version 2.4.0", main structure. */
const tagBytes = 10;
/** Frames decoded before those that are wanted: a frame may use what is left of up to nine before it. */
const preroll = 10;

/** An MP3 file. Where it does not say how long it is, its length is told from its size and its first frame's bitrate. */
export async function mp3Recording(objects: ContentObjects, key: string, bytes: number): Promise<Recording> {
  const start = await behindTags(objects, key, bytes);
  const first = await firstFrame(objectBytes(objects, key, bytes, start));
  const { sampleRate, samples, channels, bitrate } = first.header;
  refuseOdd(sampleRate, channels);
  const info = streamInfoIn(first);
  return {
    codec: 'mp3',
    seconds: secondsOf(info, first, bytes - start),
    sampleRate,
    decodable: true,
    async *samples(from) {
      const wanted = Math.round(from * sampleRate);
      const delay = info?.delay ?? 0;
      const skip = Math.max(0, Math.floor((wanted + delay) / samples) - preroll);
      const decoder = await mp3Decoder();
      try {
        let number = info ? -1 : 0;
        for await (const frame of audioFrames(objectBytes(objects, key, bytes, start), first)) {
          const at = number * samples - delay;
          number += 1;
          if (number <= skip || at < -delay) continue;
          const heard = since(wanted, at, decoder.decode(frame.bytes));
          if (heard) yield heard;
        }
      } finally {
        decoder.free();
      }
    },
  };

  function secondsOf(known: StreamInfo | undefined, frame: Frame, audioBytes: number): number {
    const estimated = (audioBytes * 8) / (bitrate * 1000);
    // A frame has a byte at least for each of its 32 bands: a count that does not fit into the file is not believed.
    const frames = known?.frames;
    if (!known || !frames || frames > audioBytes / leastFrameBytes) return estimated;
    return Math.max(0, frames * frame.header.samples - known.delay - known.padding) / sampleRate;
  }
}

/** Bytes of the shortest frame: 8 kbit/s at 24 kHz. */
const leastFrameBytes = 24;

async function firstFrame(pieces: AsyncIterable<Uint8Array>): Promise<Frame> {
  try {
    for await (const frame of framesIn(pieces)) return { ...frame, bytes: frame.bytes.slice() };
  } catch (error) {
    if (!(error instanceof NoFrameError)) throw error;
  }
  throw unreadable('it holds no MP3 audio. Check that it plays, and upload it again.');
}

/** The file's frames; what comes behind a long stretch of damage is given up, with what came before it. */
async function* audioFrames(pieces: AsyncIterable<Uint8Array>, { header }: Frame): AsyncGenerator<Frame> {
  try {
    yield* framesIn(pieces, header);
  } catch (error) {
    if (!(error instanceof NoFrameError)) throw error;
    throw unreadable('a part of it is damaged. Check that it plays, and upload it again.', { cause: error });
  }
}

/** Where the tags before the audio end: there may be several, with pictures in them. */
async function behindTags(objects: ContentObjects, key: string, bytes: number): Promise<number> {
  for (let at = 0; ; ) {
    const header = at + tagBytes <= bytes ? await objects.range(key, at, at + tagBytes) : undefined;
    if (!header || Buffer.from(header.subarray(0, 3)).toString('latin1') !== 'ID3') return at;
    const [a = 0, b = 0, c = 0, d = 0] = header.subarray(6, tagBytes);
    at += tagBytes + (((a & 127) << 21) | ((b & 127) << 14) | ((c & 127) << 7) | (d & 127));
  }
}
