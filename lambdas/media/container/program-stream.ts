import { ByteReader } from '../decoding/byte-reader.ts';
import { gathered, type Stretch } from '../decoding/gathered.ts';
import { beginningAt } from '../decoding/joined.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { encrypted, unreadable } from '../decoding/unreadable.ts';
import { openMp3 } from '../mp3/open-mp3.ts';
import { clock, isScrambled, packetHeader } from './packet-header.ts';

/** Start codes of a program stream (ISO/IEC 13818-1 §2.5.3, §2.4.3.7). */
const codes = { end: 0xb9, pack: 0xba, other: 0xbd } as const;
const startCode = Buffer.from('000001', 'hex');
/** Bytes of a start code and the length behind it. */
const headBytes = 6;
/** Bytes of the head of a pack, without what fills it. */
const packBytes = { mpeg1: 12, mpeg2: 14 } as const;
/** Bytes in which the next start code is looked for where one is missing. */
const searchedBytes = 4096;
/** Packets of sound, at most. Our own: a DVD has one for each 2 KiB, two hours of it some 80,000. */
const maxPackets = 500_000;

/** Other sounds, which DVDs have in packets of their own, by the first byte of their content (DVD-Video, substreams of private stream 1). */
const others: readonly (readonly [from: number, to: number, name: string])[] = [
  [0x80, 0x87, 'AC-3'],
  [0x88, 0x8f, 'DTS'],
  [0xa0, 0xa7, 'linear PCM of a DVD'],
];

interface Found {
  readonly sound: Stretch[];
  /** Times of the first packets, by the clock. */
  soundAt: number | undefined;
  picturesAt: number | undefined;
  /** The sound that is no MPEG audio. */
  other: string | undefined;
}

/**
 * The first MPEG audio of a program stream, which is MP2 as a rule. All of the file is read for it, since nothing says where its packets are.
 * @throws DomainError `unsupported-media` when it has none, or is encrypted
 */
export async function openProgramStream(object: ObjectReader): Promise<Recording> {
  const { sound, soundAt = 0, picturesAt = soundAt, other } = await packetsOf(object);
  if (sound.length === 0) {
    const reason = other ? `its audio is ${other}, which cannot be decoded` : 'it has no sound';
    throw unreadable(`${reason}. Convert it to MP4, for example with \`ffmpeg -i video video.mp4\`.`);
  }
  return beginningAt(Math.max(0, soundAt - picturesAt) / clock, await openMp3(gathered(object, sound), 0));
}

async function packetsOf(object: ObjectReader): Promise<Found> {
  const found: Found = { sound: [], soundAt: undefined, picturesAt: undefined, other: undefined };
  const reader = new ByteReader(object.pieces(0));
  let stream: number | undefined;
  for (;;) {
    const head = bufferOf(await reader.peek(headBytes));
    // Its length is nowhere, so the end of the file is the end of the video.
    if (head.length < headBytes) return found;
    const id = head.readUInt8(3);
    if (!head.subarray(0, 3).equals(startCode) || id < codes.end) {
      reader.advance(await nextCode(reader));
    } else if (id === codes.end) {
      reader.advance(4);
    } else if (id === codes.pack) {
      reader.advance(await packLength(reader));
    } else {
      const length = headBytes + head.readUInt16BE(4);
      const packet = bufferOf(await reader.peek(length)).subarray(0, length);
      if (packet.length < length) return found;
      const isSound = id >= 0xc0 && id <= 0xdf;
      if (isSound) stream ??= id;
      if (id === stream || id === codes.other || isPictures(id)) take(found, packet, reader.position, id);
      reader.advance(length);
    }
  }
}

/** @param position of the packet in the file */
function take(found: Found, packet: Buffer, position: number, id: number): void {
  const { time, contentAt } = packetHeader(packet, headBytes);
  if (isPictures(id)) {
    found.picturesAt ??= time;
  } else if (id === codes.other) {
    const first = packet[contentAt] ?? 0;
    found.other ??= others.find(([from, to]) => first >= from && first <= to)?.[2];
  } else {
    if (isScrambled(packet, headBytes)) throw unreadable(encrypted);
    if (found.sound.length >= maxPackets)
      throw unreadable('it has more packets than any video. Convert it to MP4.');
    found.soundAt ??= time;
    if (contentAt < packet.length)
      found.sound.push({ at: position + contentAt, bytes: packet.length - contentAt });
  }
}

const isPictures = (id: number) => id >= 0xe0 && id <= 0xef;

/** Bytes up to the next start code, at least one. */
async function nextCode(reader: ByteReader): Promise<number> {
  const bytes = bufferOf(await reader.peek(searchedBytes));
  const at = bytes.indexOf(startCode, 1);
  return at > 0 ? at : Math.max(1, bytes.length - startCode.length + 1);
}

async function packLength(reader: ByteReader): Promise<number> {
  const bytes = await reader.peek(packBytes.mpeg2);
  return (bytes[4] ?? 0) >> 6 === 1 ? packBytes.mpeg2 + ((bytes[13] ?? 0) & 7) : packBytes.mpeg1;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
