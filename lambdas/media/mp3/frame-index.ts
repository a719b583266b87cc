import type { WatchedObject } from '../decoding/object-reader.ts';
import { isAlike, parseFrameHeader } from './frame-header.ts';
import { frameRuns, type Place } from './frame-runs.ts';
import type { Layout } from './layout.ts';

/** Where the frames of a file are, and how many there are. */
export interface Places {
  count(): Promise<number>;
  /** Place of a frame or of one before it. */
  before(frame: number): Promise<Place>;
}

/** Places at which a file is tested for frames of one size. */
const probes = 4;
/** Bytes that an encoder's padding may move a frame from where the bit rate puts it. */
const paddingSlack = 4;

/**
 * Places in a file whose bit rate is constant: they follow from the bit rate. That it is constant is tested at the quarters
 * and at the end of the file: a frame that is where it should be says that all before it together have the size they should.
 * @returns undefined for a file of which that is not so
 */
export async function constantPlaces(object: WatchedObject, layout: Layout): Promise<Places | undefined> {
  const { first, end, header } = layout;
  const size = ((header.samples / 8) * header.bitrate) / header.sampleRate;
  const placeOf = (frame: number) => first + Math.floor(frame * size);
  const fit = Math.floor((end - first + paddingSlack) / size);
  for (let probe = 1; probe <= probes; probe += 1) {
    const at = placeOf(Math.floor(((fit - 1) * probe) / probes));
    const bytes = await object.range(Math.max(first, at - paddingSlack), at + 2 * paddingSlack);
    const found = bytes.some((_, index) => {
      const other = parseFrameHeader(bytes, index);
      return other !== undefined && isAlike(other, header) && other.bitrate === header.bitrate;
    });
    if (!found) return undefined;
  }
  return {
    count: async () => fit,
    before: async (frame) => ({ frame, at: Math.max(first, placeOf(frame) - paddingSlack) }),
  };
}

/** Places in a file whose frames differ in size: found by going through them, once, as far as is asked for. */
export class ScannedPlaces implements Places {
  readonly #object: WatchedObject;
  readonly #layout: Layout;
  /** Of one run in a row each: some thousands for a recording of hours. */
  readonly #known: Place[];
  #count: number | undefined;
  #scanning: Promise<void> = Promise.resolve();

  constructor(object: WatchedObject, layout: Layout) {
    this.#object = object;
    this.#layout = layout;
    this.#known = [{ frame: 0, at: layout.first }];
  }

  async count(): Promise<number> {
    await this.#scanTo(Number.POSITIVE_INFINITY);
    return this.#count ?? 0;
  }

  async before(frame: number): Promise<Place> {
    await this.#scanTo(frame);
    return this.#known.findLast((place) => place.frame <= frame) ?? { frame: 0, at: this.#layout.first };
  }

  /** One goes through the file at a time; others wait for it and go on from where it came to. */
  #scanTo(frame: number): Promise<void> {
    const scan = this.#scanning.catch(() => {}).then(() => this.#scan(frame));
    this.#scanning = scan;
    return scan;
  }

  async #scan(frame: number): Promise<void> {
    const last = this.#known.at(-1);
    if (!last || this.#count !== undefined || last.frame > frame) return;
    let count = last.frame;
    for await (const run of frameRuns(this.#object, this.#layout, last)) {
      if (run.frame > last.frame) this.#known.push({ frame: run.frame, at: run.at });
      count = run.frame + run.count;
      if (run.frame > frame) return;
    }
    this.#count = count;
  }
}
