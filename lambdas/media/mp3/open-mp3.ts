import type { Recording } from '../decoding/recording.ts';
import { notReadable } from '../decoding/unreadable.ts';
import { onTimeline, type Placed } from '../decoding/timeline.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { mp3Decoder } from './decoder.ts';
import { frameRuns, type Place } from './frame-runs.ts';
import { type Layout, mp3Layout } from './layout.ts';
import { constantPlaces, type Places, ScannedPlaces } from './frame-index.ts';

/** Samples by which a decoder's output is behind what the encoder took in (ISO/IEC 11172-3, as LAME counts them). */
const decoderDelay = 529;
/**
 * Frames decoded before the first that is wanted: a frame may use up to 511 bytes of the ones before it, which at the lowest
 * bit rates are some two dozen.
 */
const prerollFrames = 32;
/** Factor by which the mean size of frames may differ from the one in the beginning for the encoder's count to be believed. */
const believable = 8;

/**
 * Opens an MP3 file. Its length is the encoder's count of frames where there is one that can be; with a constant bit rate,
 * which is tested, it follows from the size; else all headers of the file are read.
 * @param start place after any tags
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openMp3(object: WatchedObject, start: number): Promise<Recording> {
  const layout = await mp3Layout(object, start);
  const { header, info } = layout;
  const { sampleRate, channels } = header;
  const places = (await constantPlaces(object, layout)) ?? new ScannedPlaces(object, layout);
  const frames = notedFrames(layout) ?? (await places.count());
  const before = info?.delay === undefined ? 0 : info.delay + decoderDelay;
  const after = info?.padding === undefined ? 0 : Math.max(0, info.padding - decoderDelay);
  const length = frames * header.samples - before - after;
  if (length <= 0) throw notReadable('it has no sound. Check that it plays, and upload it again.');
  return {
    codec: 'mp3',
    seconds: length / sampleRate,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from) {
      const first = Math.round(from * sampleRate);
      if (first >= length) return;
      const place = await placeFor(places, Math.floor((first + before) / header.samples));
      yield* onTimeline(decoded(object, layout, place, before), { start: first, end: length });
    },
  };
}

/** The encoder's count of frames, unless the file's size says that it cannot be. */
function notedFrames({ info, header, first, end }: Layout): number | undefined {
  if (!info?.frames || info.bytes === undefined) return undefined;
  const mean = (end - first) / info.frames;
  return mean > header.bytes / believable && mean < header.bytes * believable ? info.frames : undefined;
}

const placeFor = (places: Places, frame: number) => places.before(Math.max(0, frame - prerollFrames));

async function* decoded(
  object: WatchedObject,
  layout: Layout,
  from: Place,
  before: number,
): AsyncGenerator<Placed> {
  const decoder = await mp3Decoder();
  try {
    for await (const { frame, bytes } of frameRuns(object, layout, from)) {
      yield { at: frame * layout.header.samples - before, samples: decoder.decode(bytes) };
    }
  } finally {
    decoder.free();
  }
}
