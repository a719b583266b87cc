import type { PacketDecoder, Recording } from '../decoding/recording.ts';
import { onTimeline, type TimedSamples } from '../decoding/timeline.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import type { Link } from './chain.ts';
import { PacketReader } from './packets.ts';
import { type PageReader, pagesFrom } from './pages.ts';

/** A search for a time ends where reading on is as quick. */
const nearBytes = 256 * 1024;
/** Damaged packets that are skipped, at most: each leaves silence of its length. */
const maxDamaged = 1000;
/** Bytes that a second of sound takes at least, in a codec that has no shorter way to say silence. */
const minSecondBytes = 20;

/** One of the recordings of a file. */
export function linkRecording(reader: PageReader, link: Link): Recording {
  const { codec, sampleRate, granuleRate, channels } = link.stream;
  const units = link.to - link.from;
  const length = Math.round((units * sampleRate) / granuleRate);
  const seconds = length / sampleRate;
  const bytes = link.end - link.first;
  if (codec !== 'flac' && seconds * minSecondBytes > bytes) {
    throw truncated(
      `its pages say ${seconds.toFixed(1)} seconds of audio, and it holds ${bytes} bytes of it`,
    );
  }
  return {
    codec,
    seconds,
    sampleRate,
    channels,
    decodable: true,
    async *samples(from, channel) {
      const start = Math.round(from * sampleRate);
      if (start >= length) return;
      const offset = await offsetBefore(reader, link, from);
      yield* onTimeline(decodedFrom(reader, link, { offset, channel }), { start, end: length });
    },
  };
}

/** The offset of the last page that ends long enough before a time, in seconds; of the first one where there is none. */
async function offsetBefore(reader: PageReader, link: Link, from: number): Promise<number> {
  const { granuleRate, preroll } = link.stream;
  const wanted = link.from + from * granuleRate - preroll;
  let low = link.first;
  let high = link.end;
  while (high - low > nearBytes) {
    const middle = Math.floor((low + high) / 2);
    const { granule, at } = (await timedPage(reader, link, middle, high)) ?? {};
    if (granule === undefined || at === undefined || granule > wanted) high = middle;
    else low = at;
  }
  let last = low;
  for await (const page of pagesFrom(reader, low, high)) {
    if (page.serial !== link.serial || page.granule === undefined) continue;
    if (page.granule > wanted) break;
    last = page.at;
  }
  return last;
}

/** The first page with a time after an offset. */
async function timedPage(reader: PageReader, link: Link, from: number, end: number) {
  for await (const page of pagesFrom(reader, from, end)) {
    if (page.serial === link.serial && page.granule !== undefined) return page;
  }
  return undefined;
}

/** The samples from a page on. Each page says where it ends; the last may end before its packets do. */
async function* decodedFrom(
  reader: PageReader,
  link: Link,
  { offset, channel }: { readonly offset: number; readonly channel: number | undefined },
): AsyncGenerator<TimedSamples> {
  const { stream } = link;
  const packets = new PacketReader();
  const durationOf = stream.durations();
  const toSamples = stream.sampleRate / stream.granuleRate;
  const decoder = await stream.start(channel);
  let damaged = 0;
  let next: number | undefined;
  try {
    for await (const page of pagesFrom(reader, offset, link.end)) {
      if (page.serial !== link.serial) continue;
      const timed = packets.read(page).map((data) => ({ data, units: durationOf(data) }));
      const units = timed.reduce((sum, packet) => sum + packet.units, 0);
      const isCut = page.isLast && next !== undefined;
      let at = isCut || page.granule === undefined ? (next ?? link.from) : page.granule - units;
      for (const packet of timed) {
        reader.object.look();
        const samples = decoded(decoder, packet.data);
        // The first packet after a search may give nothing, since it needs the one before it.
        if (samples.length > 0) yield { at: Math.round((at - link.from) * toSamples), samples };
        else if (packet.units > 0) damaged += 1;
        if (damaged > maxDamaged) {
          throw unreadable('it is damaged throughout. Check that it plays, and upload it again.');
        }
        at += packet.units;
      }
      next = page.granule ?? at;
    }
  } finally {
    decoder.free();
  }
}

/** No samples for a packet that the decoder cannot take, such as one larger than any valid packet. */
function decoded(decoder: PacketDecoder, packet: Uint8Array): Float32Array {
  try {
    return decoder.decode(packet);
  } catch (error) {
    if (error instanceof RangeError) return new Float32Array(0);
    throw error;
  }
}
