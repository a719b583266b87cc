import type { ObjectReader } from '../decoding/object-reader.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import { frameNear, joined, type Layout, type PlacedFrame } from './frames.ts';
import { firstSample } from './numbering.ts';

/** Bytes of the end of the file in which its last frame is looked for, one after the other: tags may follow it. */
const endBytes = [128 * 1024, 4 * 1024 * 1024];
/** Places in a file at which the frames must follow each other. None is a simple part of it, nor is a simple part between two. */
const places = [0.11, 0.37, 0.62, 0.83];

/**
 * Samples of the recording: the end of its last frame.
 * @param total samples that its header says; 0 where it does not
 * @throws DomainError `unsupported-media` when it is cut short, or is several recordings one after the other
 */
export async function soundLength(object: ObjectReader, layout: Layout, total: number): Promise<number> {
  const last = await lastFrame(object, layout);
  if (!last) throw truncated('there is no frame of FLAC at its end');
  await checkOrder(object, layout, last);
  const length = firstSample(last.header, layout.numbering) + last.samples.length;
  if (total > length) {
    const [says, has] = [total, length].map((samples) => (samples / layout.info.sampleRate).toFixed(1));
    throw truncated(`its header says ${says} seconds of audio, and the file holds ${has}`);
  }
  return length;
}

async function lastFrame(object: ObjectReader, layout: Layout): Promise<PlacedFrame | undefined> {
  for (const span of endBytes) {
    const from = Math.max(layout.first, object.size - span);
    const frame = await frameNear(object, layout, from, { last: true, span });
    if (frame || from === layout.first) return frame;
  }
  return undefined;
}

/** @throws DomainError `unsupported-media` when frames at some places of the file are not in their order */
async function checkOrder(object: ObjectReader, layout: Layout, last: PlacedFrame): Promise<void> {
  let before = -1;
  for (const place of places) {
    const offset = layout.first + Math.floor((last.offset - layout.first) * place);
    const frame = await frameNear(object, layout, offset);
    if (!frame || frame.offset >= last.offset) continue;
    const at = firstSample(frame.header, layout.numbering);
    if (at < before || at >= firstSample(last.header, layout.numbering)) {
      throw unreadable(`its frames begin again, so it is several recordings. ${joined}`);
    }
    before = at;
  }
}
