import { ObjectReader } from './object-reader.ts';

/** A stretch of an object. */
export interface Stretch {
  readonly at: number;
  readonly bytes: number;
}

/** Bytes read at once: the pictures between two stretches are read along. */
const windowBytes = 1024 * 1024;

/** Stretches of an object, one after the other, as an object: the sound of a video, whose pieces stand between its pictures. */
export function gathered(object: ObjectReader, stretches: readonly Stretch[]): ObjectReader {
  let size = 0;
  const starts = stretches.map(({ bytes }) => {
    size += bytes;
    return size - bytes;
  });
  return new ObjectReader({ range: (_, from, to) => range(from, to) }, '', size, () => object.look());

  async function range(from: number, to: number): Promise<Uint8Array> {
    const found = new Uint8Array(to - from);
    const [first, last] = [placeOf(starts, from), placeOf(starts, to - 1)];
    const final = stretches[last];
    const end = final ? final.at + to - (starts[last] ?? 0) : 0;
    let window = { at: 0, bytes: new Uint8Array(0) };
    for (let place = first; place <= last; place += 1) {
      const [{ at, bytes } = { at: 0, bytes: 0 }, start = 0] = [stretches[place], starts[place]];
      const [begin, stop] = [at + Math.max(0, from - start), at + Math.min(bytes, to - start)];
      if (stop > window.at + window.bytes.length) {
        const read = await object.range(begin, Math.max(stop, Math.min(begin + windowBytes, end)));
        window = { at: begin, bytes: new Uint8Array(read) };
      }
      found.set(window.bytes.subarray(begin - window.at, stop - window.at), begin - at + start - from);
    }
    return found;
  }
}

/** The last of the starts that is not behind an offset. */
function placeOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
