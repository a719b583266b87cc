import { joinRecordings } from '../decoding/joined.ts';
import { mixOf, waveOrder } from '../decoding/mix.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { PacketDecoder, Recording } from '../decoding/recording.ts';
import { onTimeline, type TimedSamples } from '../decoding/timeline.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { mp3Decoder } from './decoder.ts';
import { constantRateIndex, type FrameIndex, ScannedFrameIndex } from './frame-index.ts';
import { type FramePosition, frameRuns } from './frame-runs.ts';
import { type Layout, mp3Layout, nextLayout, soundEnd } from './layout.ts';

/** Samples by which a decoder's output lags the encoder's input (ISO/IEC 11172-3, as LAME counts them). */
const decoderDelay = 529;
/**
 * Frames decoded before the first that is wanted: a frame may use up to 511 bytes of the ones before it, which at the lowest
 * bit rates are some two dozen.
 */
const prerollFrames = 32;
/** The encoder's count of frames is used when it gives a mean frame size within this factor of the first frame's size. */
const plausibleFactor = 8;

/** Recordings in a file, at most: each takes some requests to open. */
const maxRuns = 200;

/**
 * Opens an MP3 file, or one of MPEG audio of another layer (MP2). Recordings that were joined to it, which may have other rates and channels, follow.
 * @param start offset after any tags
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openMp3(object: ObjectReader, start: number): Promise<Recording> {
  const end = await soundEnd(object);
  const runs: Recording[] = [];
  let layout: Layout | undefined = await mp3Layout(object, start);
  while (layout) {
    if (runs.length === maxRuns) {
      throw unreadable(`it is more than ${maxRuns} recordings. Split it and upload the pieces.`);
    }
    const index: FrameIndex =
      (await constantRateIndex(object, layout)) ?? new ScannedFrameIndex(object, layout);
    const frames = announcedFrames(layout) ?? (await index.count());
    runs.push(runRecording(object, layout, index, frames));
    const after: number = announcedFrames(layout) === undefined ? await index.end() : layout.end;
    layout = after < end ? await nextLayout(object, after, end) : undefined;
  }
  const heard = runs.filter(({ seconds }) => seconds > 0);
  if (heard.length === 0) throw unreadable('it has no sound. Check that it plays, and upload it again.');
  return joinRecordings(heard);
}

/**
 * The frames of one stream. Their length is the encoder's count where that is plausible; otherwise it follows from their bytes, if the bit
 * rate is constant, or else all frame headers are read.
 */
function runRecording(object: ObjectReader, layout: Layout, index: FrameIndex, frames: number): Recording {
  const { header, info } = layout;
  const { sampleRate, channels } = header;
  const before = info?.delay === undefined ? 0 : info.delay + decoderDelay;
  const after = info?.padding === undefined ? 0 : Math.max(0, info.padding - decoderDelay);
  const length = Math.max(0, frames * header.samples - before - after);
  return {
    codec: `mp${header.layer}`,
    seconds: length / sampleRate,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from, channel) {
      const first = Math.round(from * sampleRate);
      if (first >= length) return;
      const position = await positionFor(index, Math.floor((first + before) / header.samples));
      const decoder = await mp3Decoder(mixOf(channels, waveOrder, channel));
      yield* onTimeline(decoded(object, layout, { position, before, decoder }), {
        start: first,
        end: length,
      });
    },
  };
}

/** The encoder's count of frames, unless the size of the file contradicts it. */
function announcedFrames({ info, header, first, end }: Layout): number | undefined {
  if (!info?.frames || info.bytes === undefined) return undefined;
  const mean = (end - first) / info.frames;
  return mean > header.bytes / plausibleFactor && mean < header.bytes * plausibleFactor
    ? info.frames
    : undefined;
}

const positionFor = (index: FrameIndex, frame: number) => index.before(Math.max(0, frame - prerollFrames));

interface DecodedStretch {
  readonly position: FramePosition;
  /** Samples that the encoder added before the sound. */
  readonly before: number;
  readonly decoder: PacketDecoder;
}

async function* decoded(
  object: ObjectReader,
  layout: Layout,
  { position, before, decoder }: DecodedStretch,
): AsyncGenerator<TimedSamples> {
  try {
    for await (const { frame, bytes } of frameRuns(object, layout, position)) {
      yield { at: frame * layout.header.samples - before, samples: decoder.decode(bytes) };
    }
  } finally {
    decoder.free();
  }
}
