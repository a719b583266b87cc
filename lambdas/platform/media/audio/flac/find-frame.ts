import type { ContentObjects } from '../../../content/objects.ts';
import { frameHeaderAt, headerBytesMost } from './frame-header.ts';
import type { StreamInfo } from './stream-info.ts';

export interface FlacFile {
  readonly objects: ContentObjects;
  readonly key: string;
  readonly bytes: number;
  readonly info: StreamInfo;
  readonly audioAt: number;
}

/** Bytes between the place found and the sample looked for that are not worth another look. */
const nearEnough = 512 * 1024;
/** Looks at most: half of what is left each time, of a file of any size that is taken. */
const looksMost = 24;

/**
 * Where to begin to decode for a sample to be heard: frames say which they are, so their place is found by halving.
 * @param sample number of the sample
 * @returns offset in the file of a frame that begins at the sample or before
 */
export async function findFrame(file: FlacFile, sample: number): Promise<number> {
  let start = file.audioAt;
  let end = file.bytes;
  for (let looks = 0; looks < looksMost && end - start > nearEnough; looks += 1) {
    const middle = Math.floor((start + end) / 2);
    const found = await firstFrame(file, middle, end);
    if (found && found.sample <= sample) start = found.at;
    else end = middle;
  }
  return start;
}

async function firstFrame({ objects, key, info }: FlacFile, from: number, to: number) {
  const longest = info.maxFrameBytes || longestFrame(info);
  const window = await objects.range(key, from, Math.min(to, from + 2 * longest + headerBytesMost));
  for (let at = 0; at < window.length; at += 1) {
    const header = frameHeaderAt(window, at, info);
    if (header) return { at: from + at, sample: header.sample };
  }
  return undefined;
}

/** Bytes of a frame that is not compressed at all. Source: RFC 9639 §9. */
export const longestFrame = ({ maxBlock, channels, bits }: StreamInfo) =>
  Math.ceil((maxBlock * channels * (bits + 1)) / 8) + 2 * headerBytesMost;
