import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { onTimeline } from '../decoding/timeline.ts';
import { checkAudioFormat } from '../decoding/unreadable.ts';
import { frameNear, framesFrom, type Layout, type PlacedFrame } from './frames.ts';
import { flacLayout } from './layout.ts';
import { soundLength } from './length.ts';
import { firstSample } from './numbering.ts';

/** A search for a time ends when reading on is as quick, or after this many halvings of the file. */
const nearBytes = 256 * 1024;
const maxHalvings = 40;

/**
 * Opens a FLAC file (RFC 9639). Its length is the end of its last frame, which must agree with its header.
 * @param start offset of its mark, after any tags
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openFlac(object: ObjectReader, start: number): Promise<Recording> {
  const { layout, channels, total } = await flacLayout(object, start);
  const { sampleRate } = layout.info;
  checkAudioFormat({ sampleRate, channels });
  const length = await soundLength(object, layout, total);
  return {
    codec: 'flac',
    seconds: length / sampleRate,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from, channel) {
      const first = Math.round(from * sampleRate);
      if (first >= length) return;
      const offset = await offsetBefore(object, layout, first);
      yield* onTimeline(framesFrom(object, layout, { from: offset, channel }), { start: first, end: length });
    },
  };
}

/** An offset shortly before a sample, by binary search: each frame says which samples it holds. */
async function offsetBefore(object: ObjectReader, layout: Layout, sample: number): Promise<number> {
  const isBefore = (frame: PlacedFrame) => firstSample(frame.header, layout.numbering) <= sample;
  let low = layout.first;
  let high = object.size;
  for (let halving = 0; high - low > nearBytes && halving < maxHalvings; halving += 1) {
    const middle = Math.floor((low + high) / 2);
    const frame = await frameNear(object, layout, middle);
    if (frame && isBefore(frame) && frame.offset < high) low = frame.offset;
    else high = middle;
  }
  return low;
}
