import type { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, encrypted, type Refuse, unreadable } from '../decoding/unreadable.ts';
import { type Element, elementAt, elementHeadBytes, elementsIn } from '../signatures/ebml.ts';

/** Names of elements (RFC 9559 §5.1). */
const ids = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  track: 0xae,
  encodings: 0x6d80,
  encoding: 0x6240,
  encryption: 0x5035,
  cues: 0x1c53bb6b,
  cluster: 0x1f43b675,
} as const;

/** Elements that become objects in memory. */
const tables: readonly number[] = [ids.seekHead, ids.info, ids.tracks, ids.cues];
/** Bytes of one of them. Two hours with a key frame every half second have 300 KB of cues. */
const maxTableBytes = 2 * 1024 * 1024;
/** Elements before the first cluster, at most. Our own. */
const maxElements = 200;
/** Bytes before the first element of the segment: the file's header is forty. */
const maxHeaderBytes = 4096;

/** Facts that the tables of a Matroska or WebM file tell. */
export interface MatroskaTables {
  /** Recorders of a live stream do not know it when they write the header. */
  readonly saysDuration: boolean;
}

/**
 * @param refuse makes the error from a sentence
 * @throws DomainError `unsupported-media` when the file is cut short or encrypted, or its tables are larger than a function can hold
 */
export async function checkMatroska(
  object: ObjectReader,
  refuse: Refuse = unreadable,
): Promise<MatroskaTables> {
  const header = await elementFrom(object, 0);
  if (header?.id !== ids.header || (header.end ?? maxHeaderBytes) >= maxHeaderBytes) throw refuse(noHeader);
  const segment = await elementFrom(object, header.end ?? 0);
  if (segment?.id !== ids.segment) throw refuse(noHeader);
  if ((segment.end ?? 0) > object.size) throw refuse(cutShort('its last pictures or sounds are missing'));
  const found = { saysDuration: false };
  let at = segment.start;
  for (let count = 0; at < object.size; count += 1) {
    if (count > maxElements) throw refuse('it has too many elements before its pictures. Convert it again.');
    const element = await elementFrom(object, at);
    // Damage here is for the library, which looks for the next element.
    if (!element || element.id === ids.cluster || element.end === undefined) return found;
    if (tables.includes(element.id)) {
      checkSize(element, object, refuse);
      const content = await object.range(element.start, element.end);
      if (element.id === ids.tracks) refuseEncrypted(content, refuse);
      if (element.id === ids.info)
        found.saysDuration = [...elementsIn(content)].some(({ id }) => id === ids.duration);
      if (element.id === ids.seekHead) await checkSought(content, segment.start, object, refuse);
    }
    at = element.end;
  }
  return found;
}

function checkSize({ end, start }: Element, object: ObjectReader, refuse: Refuse): void {
  if ((end ?? 0) > object.size) throw refuse(cutShort('its tables are incomplete'));
  if (end !== undefined && end - start <= maxTableBytes) return;
  throw refuse('its tables are larger than those of any video. Convert it again.');
}

function refuseEncrypted(content: Uint8Array, refuse: Refuse): void {
  const entries = [...elementsIn(content)].filter(({ id }) => id === ids.track);
  const parts = entries.flatMap((entry) => [...elementsIn(entry.content)]);
  const inside = (from: typeof parts, wanted: number) =>
    from.filter(({ id }) => id === wanted).flatMap((element) => [...elementsIn(element.content)]);
  const encodings = inside(parts, ids.encodings);
  if (inside(encodings, ids.encoding).some(({ id }) => id === ids.encryption)) throw refuse(encrypted);
}

/** Checks the size of the tables behind the clusters, to which the seek head points. */
async function checkSought(
  content: Uint8Array,
  start: number,
  object: ObjectReader,
  refuse: Refuse,
): Promise<void> {
  const seeks = [...elementsIn(content)].filter(({ id }) => id === ids.seek).slice(0, maxElements);
  for (const seek of seeks) {
    const parts = [...elementsIn(seek.content)];
    const numberOf = (wanted: number) =>
      parts.find(({ id }) => id === wanted)?.content.reduce((value, byte) => value * 256 + byte, 0);
    const place = start + (numberOf(ids.seekPosition) ?? 0);
    if (numberOf(ids.seekId) !== ids.cues || place >= object.size) continue;
    const cues = await elementFrom(object, place);
    if (cues?.id === ids.cues) checkSize(cues, object, refuse);
  }
}

async function elementFrom(object: ObjectReader, at: number): Promise<Element | undefined> {
  return elementAt(await object.range(at, at + elementHeadBytes), 0, at);
}

const noHeader = 'its header is damaged. Check that it plays, and convert it again.';
