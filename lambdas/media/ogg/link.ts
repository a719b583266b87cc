import { unreadable } from '../decoding/unreadable.ts';
import { flacStream } from './flac-stream.ts';
import { opusStream } from './opus-stream.ts';
import { PacketReader } from './packets.ts';
import type { OggPage } from './page.ts';
import { type PageReader, pagesFrom } from './pages.ts';
import type { OggStream } from './stream.ts';
import { vorbisStream } from './vorbis-stream.ts';

/** One of the recordings that follow each other in a file, without its end. */
export interface LinkStart {
  readonly stream: OggStream;
  readonly serial: number;
  /** Numbers of all streams that begin with it: a video's pages lie between those of its sound. */
  readonly serials: ReadonlySet<number>;
  /** Offset of its first page, and of the first page after its headers. */
  readonly at: number;
  readonly first: number;
}

/** First bytes of the first packet of each codec (RFC 3533, RFC 5334 §10; the codecs' own specifications). */
const codecs: readonly (readonly [string, ((head: Uint8Array) => OggStream) | string | undefined])[] = [
  ['OpusHead', opusStream],
  ['\x7fFLAC', flacStream],
  ['\x01vorbis', vorbisStream],
  ['Speex   ', 'Speex'],
  ['CELT    ', 'CELT'],
  ['PCM     ', 'PCM'],
  ['fLaC', 'FLAC of an old kind'],
  ['\x80theora', undefined],
  ['fishead\0', undefined],
];
/** Bytes of the headers of a stream, at most: a comment may hold pictures. */
const maxHeaderBytes = 64 * 1024 * 1024;

/**
 * The headers of the recording that begins at or after an offset.
 * @returns undefined when none begins there
 */
export async function linkStart(reader: PageReader, from: number): Promise<LinkStart | undefined> {
  let group: Group | undefined;
  for await (const page of pagesFrom(reader, from, reader.object.size)) {
    if (page.isFirst && (!group || group.hasBegun || group.serials.has(page.serial)))
      group = newGroup(page.at);
    if (!group) continue;
    if (page.at - group.at > maxHeaderBytes) break;
    if (page.isFirst) addStream(group, page);
    else group.hasBegun = true;
    const { at, found, serials, packets } = group;
    if (page.isFirst || page.serial !== found?.serial) {
      if (group.hasBegun && !found) throw notRead(group.unread);
      continue;
    }
    const { stream, serial } = found;
    if (packets.read(page).some((packet) => packet.length > 0 && stream.isSound(packet))) {
      return { stream, serial, serials, at, first: page.at };
    }
  }
  if (group && !group.found) throw notRead(group.unread);
  return undefined;
}

/** The streams that begin together. */
interface Group {
  readonly at: number;
  readonly serials: Set<number>;
  readonly packets: PacketReader;
  /** Names of codecs that cannot be read. */
  readonly unread: string[];
  found: { readonly stream: OggStream; readonly serial: number } | undefined;
  /** A page was read that is not the first of a stream. */
  hasBegun: boolean;
}

const newGroup = (at: number): Group => ({
  at,
  serials: new Set(),
  packets: new PacketReader(),
  unread: [],
  found: undefined,
  hasBegun: false,
});

function addStream(group: Group, page: OggPage): void {
  group.serials.add(page.serial);
  const known = codecOf(page);
  if (typeof known === 'string') group.unread.push(known);
  if (typeof known !== 'function' || group.found) return;
  // The packet is kept, the bytes of its page are not.
  group.found = { stream: known(page.body.slice()), serial: page.serial };
  group.packets.read(page);
}

function codecOf(page: OggPage) {
  const text = Buffer.from(page.body.subarray(0, 8)).toString('latin1');
  return codecs.find(([mark]) => text.startsWith(mark))?.[1];
}

const notRead = ([name]: readonly string[]) =>
  unreadable(
    name
      ? `its audio is ${name}, which cannot be decoded. Convert it, for example to MP3.`
      : 'it has no audio that can be read: no stream of Opus, Vorbis or FLAC. Convert it, for example to MP3.',
  );
