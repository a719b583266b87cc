import type { ObjectReader } from '../decoding/object-reader.ts';
import { isSameStream, parseFrameHeader } from '../signatures/mpeg-header.ts';
import { type FramePosition, frameRuns } from './frame-runs.ts';
import type { Layout } from './layout.ts';

/** Finds frames of a file by their number. */
export interface FrameIndex {
  count(): Promise<number>;
  /** Offset after the last frame. */
  end(): Promise<number>;
  /** Position of a frame or of one before it. */
  before(frame: number): Promise<FramePosition>;
}

/** Positions at which a file is tested for frames of one size. */
const probes = 4;
/** Bytes by which an encoder's padding may move a frame from where the bit rate puts it. */
const paddingSlack = 4;

/**
 * The index of a file of constant bit rate, computed from the bit rate. The rate is tested at the quarters and at the end of
 * the file: a frame at its computed offset shows that all frames before it together have their computed size.
 * @returns undefined when the bit rate is not constant
 */
export async function constantRateIndex(
  object: ObjectReader,
  layout: Layout,
): Promise<FrameIndex | undefined> {
  const { first, end, header } = layout;
  const size = ((header.samples / 8) * header.bitrate) / header.sampleRate;
  const offsetOf = (frame: number) => first + Math.floor(frame * size);
  const fit = Math.floor((end - first + paddingSlack) / size);
  for (let probe = 1; probe <= probes; probe += 1) {
    const at = offsetOf(Math.floor(((fit - 1) * probe) / probes));
    const bytes = await object.range(Math.max(first, at - paddingSlack), at + 2 * paddingSlack);
    const found = bytes.some((_, index) => {
      const other = parseFrameHeader(bytes, index);
      return other !== undefined && isSameStream(other, header) && other.bitrate === header.bitrate;
    });
    if (!found) return undefined;
  }
  return {
    count: async () => fit,
    end: async () => end,
    before: async (frame) => ({ frame, at: Math.max(first, offsetOf(frame) - paddingSlack) }),
  };
}

/** The index of a file with frames of different sizes: it reads all frames once, up to the requested one. */
export class ScannedFrameIndex implements FrameIndex {
  readonly #object: ObjectReader;
  readonly #layout: Layout;
  /** One position for each run of frames: some thousands for a recording of hours. */
  readonly #known: FramePosition[];
  #count: number | undefined;
  #end: number;
  #scanning: Promise<void> = Promise.resolve();

  constructor(object: ObjectReader, layout: Layout) {
    this.#object = object;
    this.#layout = layout;
    this.#end = layout.end;
    this.#known = [{ frame: 0, at: layout.first }];
  }

  async count(): Promise<number> {
    await this.#scanTo(Number.POSITIVE_INFINITY);
    return this.#count ?? 0;
  }

  async end(): Promise<number> {
    await this.#scanTo(Number.POSITIVE_INFINITY);
    return this.#end;
  }

  async before(frame: number): Promise<FramePosition> {
    await this.#scanTo(frame);
    return this.#known.findLast((place) => place.frame <= frame) ?? { frame: 0, at: this.#layout.first };
  }

  /** One scan at a time: the next waits for it and continues where it ended. */
  #scanTo(frame: number): Promise<void> {
    const scan = this.#scanning.catch(() => {}).then(() => this.#scan(frame));
    this.#scanning = scan;
    return scan;
  }

  async #scan(frame: number): Promise<void> {
    const last = this.#known.at(-1);
    if (!last || this.#count !== undefined || last.frame > frame) return;
    let count = last.frame;
    const runs = frameRuns(this.#object, this.#layout, last);
    let next = await runs.next();
    for (; !next.done; next = await runs.next()) {
      const run = next.value;
      if (run.frame > last.frame) this.#known.push({ frame: run.frame, at: run.at });
      count = run.frame + run.count;
      if (run.frame > frame) return;
    }
    this.#end = next.value;
    this.#count = count;
  }
}
