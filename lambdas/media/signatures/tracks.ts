import type { ByteSource } from './byte-source.ts';
import { elementAt, elementHeadBytes, elementsIn } from './ebml.ts';

/** Kinds of tracks that a file has. */
export interface Tracks {
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
}

/** Boxes or elements before the one that lists the tracks, at most. Our own: a file has a few. */
const maxSteps = 100;
/** Bytes of the list of tracks. The readers of recordings and videos take no more. */
const maxListBytes = 12 * 1024 * 1024;

/**
 * The kinds of tracks of an MP4 file (ISO/IEC 14496-12 §8.4.3): its first bytes do not show them.
 * @returns undefined when it does not say
 */
export async function mp4Tracks(file: ByteSource): Promise<Tracks | undefined> {
  let at = 0;
  for (let step = 0; step < maxSteps; step += 1) {
    const head = Buffer.from(await file.range(at, at + 16));
    if (head.length < 16) return undefined;
    const isLarge = head.readUInt32BE(0) === 1;
    const size = isLarge ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0);
    if (size < 8) return undefined;
    if (head.toString('latin1', 4, 8) !== 'moov') at += size;
    else if (size > maxListBytes || at + size > file.size) return undefined;
    else return handlersIn(Buffer.from(await file.range(at, at + size)));
  }
  return undefined;
}

/** The handler of each track says its kind, twelve bytes after the name of its box. */
function handlersIn(tables: Buffer): Tracks {
  const has = (kind: string) => {
    for (let at = tables.indexOf('hdlr'); at >= 0; at = tables.indexOf('hdlr', at + 4)) {
      if (tables.toString('latin1', at + 12, at + 16) === kind) return true;
    }
    return false;
  };
  return { hasVideo: has('vide'), hasAudio: has('soun') };
}

/** Names of elements, and types of a track (RFC 9559 §5.1). */
const ids = {
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  track: 0xae,
  type: 0x83,
  cluster: 0x1f43b675,
} as const;
const types = { video: 1, audio: 2 } as const;

/**
 * The kinds of tracks of a Matroska or WebM file.
 * @returns undefined when it does not say
 */
export async function matroskaTracks(file: ByteSource): Promise<Tracks | undefined> {
  let at = 0;
  for (let step = 0; step < maxSteps; step += 1) {
    const element = elementAt(await file.range(at, at + elementHeadBytes), 0, at);
    if (!element || element.id === ids.cluster) return undefined;
    const { id, start, end } = element;
    if (id === ids.tracks) {
      if (end === undefined || end - start > maxListBytes) return undefined;
      const entries = [...elementsIn(await file.range(start, end))].filter((one) => one.id === ids.track);
      const found = entries
        .flatMap(({ content }) => [...elementsIn(content)])
        .filter((one) => one.id === ids.type);
      const has = (type: number) => found.some(({ content }) => content[0] === type);
      return { hasVideo: has(types.video), hasAudio: has(types.audio) };
    }
    if (id !== ids.segment && end === undefined) return undefined;
    at = id === ids.segment ? start : (end ?? start);
  }
  return undefined;
}
