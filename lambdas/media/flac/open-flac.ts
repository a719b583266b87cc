import type { Recording } from '../decoding/recording.ts';
import { cutShort, notReadable } from '../decoding/unreadable.ts';
import { onTimeline } from '../decoding/timeline.ts';
import type { WatchedObject } from '../decoding/object-reader.ts';
import { frameNear, framesFrom, type Layout } from './frames.ts';
import { frameBytesMost, parseStreamInfo, streamInfoBytes } from './stream-info.ts';

const markBytes = 4;
const blockHeaderBytes = 4;
/** Blocks before the sound (pictures, tags, …), at most. */
const blocksMost = 1000;
/** A search for a time ends where reading on is as quick, after some halvings of the file. */
const nearBytes = 256 * 1024;
const halvingsMost = 40;

/**
 * Opens a FLAC file (RFC 9639). Its length is where its last frame ends, which its header must agree with.
 * @param start place of its mark, after any tags
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function openFlac(object: WatchedObject, start: number): Promise<Recording> {
  const layout = await flacLayout(object, start);
  const { sampleRate, channels } = layout.info;
  const length = await soundLength(object, layout);
  return {
    codec: 'flac',
    seconds: length / sampleRate,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from) {
      const first = Math.round(from * sampleRate);
      if (first >= length) return;
      const place = await placeBefore(object, layout, first);
      yield* onTimeline(framesFrom(object, layout, place), { start: first, end: length });
    },
  };
}

async function flacLayout(object: WatchedObject, start: number): Promise<Layout> {
  let at = start + markBytes;
  if (Buffer.from(await object.range(start, at)).toString('latin1') !== 'fLaC') {
    throw notReadable('it does not begin as a FLAC file. Check that it plays, and upload it again.');
  }
  const head = await object.range(at, at + blockHeaderBytes + streamInfoBytes);
  if ((head[0] ?? 0) & 0x7f) throw notReadable('its FLAC header does not come first. Convert it again.');
  const info = parseStreamInfo(head.subarray(blockHeaderBytes));
  for (let block = 0; block < blocksMost; block += 1) {
    const header = await object.range(at, at + blockHeaderBytes);
    if (header.length < blockHeaderBytes) throw cutShort('it ends before any audio');
    const [type = 0, ...size] = header;
    at += blockHeaderBytes + size.reduce((sum, byte) => sum * 256 + byte, 0);
    if (type & 0x80) return { first: at, info };
  }
  throw notReadable('its header does not end. Convert it again.');
}

/** Samples of the recording, from its last frame. */
async function soundLength(object: WatchedObject, layout: Layout): Promise<number> {
  const { info, first } = layout;
  const from = Math.max(first, object.size - 2 * frameBytesMost(info));
  const last = await frameNear(object, layout, from, true);
  if (!last) throw cutShort('there is no frame of FLAC at its end');
  const length = last.first + last.samples.length;
  if (info.total > length) {
    const [says, has] = [info.total, length].map((samples) => (samples / info.sampleRate).toFixed(1));
    throw cutShort(`its header says ${says} seconds of audio, and ${has} are there`);
  }
  return info.total || length;
}

/** A place in the file from which the sample comes soon. Frames say which samples they hold, so the file is halved. */
async function placeBefore(object: WatchedObject, layout: Layout, sample: number): Promise<number> {
  let low = layout.first;
  let high = object.size;
  for (let halving = 0; high - low > nearBytes && halving < halvingsMost; halving += 1) {
    const middle = Math.floor((low + high) / 2);
    const frame = await frameNear(object, layout, middle);
    if (frame && frame.first <= sample && frame.place < high) low = frame.place;
    else high = middle;
  }
  return low;
}
