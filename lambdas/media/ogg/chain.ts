import { truncated, unreadable } from '../decoding/unreadable.ts';
import { type LinkStart, linkStart } from './link.ts';
import { PacketReader } from './packets.ts';
import { maxPageBytes, type OggPage } from './page.ts';
import { type PageReader, pagesFrom } from './pages.ts';

/** One of the recordings that follow each other in a file. */
export interface Link extends LinkStart {
  /** Offset after its last page. */
  readonly end: number;
  /** Units of the first sample, and after the last. */
  readonly from: number;
  readonly to: number;
}

/** Recordings in a file, at most: each takes some requests to open. */
const maxLinks = 500;
/** A search ends where reading on is as quick. */
const nearBytes = 256 * 1024;
/** Growth of the steps in which the end of a recording is looked for: of two equal recordings with equal numbers, the second is noticed. */
const growth = 1.5;

/**
 * The recordings of a file: each begins with the first pages of its streams, where all streams before have ended (RFC 3533 §4).
 * @throws DomainError `unsupported-media` when there is none, or more than can be opened
 */
export async function chainOf(reader: PageReader): Promise<readonly Link[]> {
  const links: Link[] = [];
  let next = await linkStart(reader, 0);
  if (!next && !(await reader.next(0, reader.object.size))) {
    throw unreadable('it has no page of Ogg. Check that it plays, and upload it again.');
  }
  while (next) {
    if (links.length === maxLinks) {
      throw unreadable(`it is more than ${maxLinks} recordings. Split it and upload the pieces.`);
    }
    const end = await linkEnd(reader, next);
    const link = await measured(reader, { ...next, end });
    if (link.to > link.from) links.push(link);
    next = end < reader.object.size ? await linkStart(reader, end) : undefined;
  }
  if (links.length === 0) throw truncated('it has no sound');
  return links;
}

/**
 * The offset at which a recording ends: at the first page that belongs to another. After the first pages, pages are looked at in growing
 * steps, then by halves.
 */
async function linkEnd(reader: PageReader, link: LinkStart): Promise<number> {
  const { size } = reader.object;
  const seen = new SeenPages(link);
  const near = await firstOther(reader, seen, link.first, Math.min(size, link.first + nearBytes));
  if (near !== undefined || link.first + nearBytes >= size) return near ?? size;
  let low = link.first + nearBytes;
  let high = size;
  for (let step = nearBytes * growth; link.first + step < size && high === size; step *= growth) {
    const page = await reader.next(link.first + step, size);
    if (page && seen.isOther(page)) high = page.at;
    else low = link.first + step;
    if (page && high === size) seen.add(page);
  }
  if (high === size) {
    const last = await lastPage(reader, low, size);
    if (!last || !seen.isOther(last)) return size;
    high = last.at;
  }
  while (high - low > nearBytes) {
    const middle = Math.floor((low + high) / 2);
    const page = await reader.next(middle, high);
    if (page && seen.isOther(page)) high = page.at;
    else low = middle;
    if (page && low === middle) seen.add(page);
  }
  return (await firstOther(reader, seen, low, size)) ?? size;
}

/**
 * The pages of a recording. A page is of another one where its stream is, or where its number is lower than of one before: a copy has equal
 * streams.
 */
class SeenPages {
  readonly #link: LinkStart;
  #sequence = 0;

  constructor(link: LinkStart) {
    this.#link = link;
  }

  isOther({ serial, sequence, isFirst }: OggPage): boolean {
    if (isFirst || !this.#link.serials.has(serial)) return true;
    return serial === this.#link.serial && sequence < this.#sequence;
  }

  add({ serial, sequence }: OggPage): void {
    if (serial === this.#link.serial) this.#sequence = sequence;
  }
}

/** The offset of the first page of another recording. */
async function firstOther(
  reader: PageReader,
  seen: SeenPages,
  from: number,
  end: number,
): Promise<number | undefined> {
  for await (const page of pagesFrom(reader, from, end)) {
    if (seen.isOther(page)) return page.at;
    seen.add(page);
  }
  return undefined;
}

/** The last intact page that begins in the last bytes before an end. */
async function lastPage(reader: PageReader, from: number, end: number): Promise<OggPage | undefined> {
  let last: OggPage | undefined;
  for await (const page of pagesFrom(reader, Math.max(from, end - 2 * maxPageBytes), end)) last = page;
  return last;
}

/** The first and the last time of a recording: of its first page, and of its last one that has a time. */
async function measured(reader: PageReader, link: LinkStart & { readonly end: number }): Promise<Link> {
  const from = await firstUnit(reader, link);
  let to: number | undefined;
  for (let span = 2 * maxPageBytes; to === undefined; span *= 8) {
    const start = Math.max(link.first, link.end - span);
    for await (const page of pagesFrom(reader, start, link.end)) {
      if (page.serial === link.serial && page.granule !== undefined) to = page.granule;
    }
    if (start === link.first) break;
  }
  return { ...link, from: from + link.stream.preSkip, to: to ?? 0 };
}

/**
 * The time of the first sample: the end of the first page, minus the packets on it. A recording of a broadcast begins with any time; one that is cut at its start
 * has less than none (Vorbis I specification, appendix A.2), and one that ends on its first page may be cut there.
 */
async function firstUnit(reader: PageReader, link: LinkStart & { readonly end: number }): Promise<number> {
  const packets = new PacketReader();
  const durationOf = link.stream.durations();
  let units = 0;
  for await (const page of pagesFrom(reader, link.first, link.end)) {
    if (page.serial !== link.serial) continue;
    for (const packet of packets.read(page)) units += durationOf(packet);
    if (page.granule !== undefined) return page.isLast ? 0 : Math.max(0, page.granule - units);
  }
  return 0;
}
