import { ByteReader } from '../decoding/byte-reader.ts';
import { gathered, type Stretch } from '../decoding/gathered.ts';
import { beginningAt } from '../decoding/joined.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { checkAudioFormat, encrypted, truncated, unreadable } from '../decoding/unreadable.ts';
import { openMp3 } from '../mp3/open-mp3.ts';
import { unknownCodec } from './track-format.ts';

/** The sound of Flash videos (Adobe, "Flash Video File Format Specification" 10.1, annex E). */

/** Bytes of the file's header and the length behind it, of a tag's header, and of the length behind a tag. */
const fileHeadBytes = 9 + 4;
const tagHeadBytes = 11;
const lengthBytes = 4;
const tagTypes = { audio: 8, video: 9 } as const;
/** Packets of sound, at most. Our own: two hours of AAC at 48 kHz have 340,000. */
const maxPackets = 500_000;

/** Formats of sound, by number (§E.4.2.1). */
const formats = { mp3: [2, 14], aac: 10 } as const;
const names: Readonly<Record<number, string>> = {
  0: 'PCM of no known byte order',
  1: 'ADPCM of Flash',
  3: 'PCM in Flash video',
  4: 'Nellymoser',
  5: 'Nellymoser',
  6: 'Nellymoser',
  7: 'A-law in Flash video',
  8: 'µ-law in Flash video',
  11: 'Speex',
};

export interface FlashSound {
  readonly codec: 'mp3' | 'aac';
  /** Where packets stand, and the second of the video at which each begins. */
  readonly packets: readonly (Stretch & { readonly second: number })[];
  /** AudioSpecificConfig of AAC (ISO/IEC 14496-3 §1.6.2.1). */
  readonly config: Uint8Array;
}

/**
 * Opens the sound of a Flash video: MP3, or AAC. All of the file is read for it, since nothing says where its tags are.
 * @throws DomainError `unsupported-media` when it has none, another codec, or is cut short
 */
export async function openFlash(object: ObjectReader): Promise<Recording> {
  const { codec, packets, config } = await flashSound(object);
  if (codec === 'mp3') return beginningAt(firstSecond(packets), await openMp3(gathered(object, packets), 0));
  const format = aacFormat(config);
  return {
    ...{ codec, sampleRate: format.sampleRate, channels: format.channels, decodable: false },
    seconds: (packets.at(-1)?.second ?? 0) + aacFrameSamples / format.sampleRate,
    // biome-ignore lint/correctness/useYield: there is nothing to yield
    async *samples() {
      throw unknownCodec(codec);
    },
  };
}

/** @throws DomainError `unsupported-media` as {@link openFlash} */
export async function flashSound(object: ObjectReader): Promise<FlashSound> {
  const reader = new ByteReader(object.pieces(fileHeadBytes), fileHeadBytes);
  const packets: (Stretch & { second: number })[] = [];
  let codec: FlashSound['codec'] | undefined;
  let config = new Uint8Array(0);
  let picturesAt = Number.POSITIVE_INFINITY;
  for (let head = await reader.read(tagHeadBytes); head; head = await reader.read(tagHeadBytes)) {
    const { type, size, second } = tagOf(Buffer.from(head));
    const end = reader.position + size;
    if (end + lengthBytes > object.size) throw truncated('its last packets are missing');
    if (type === tagTypes.video) picturesAt = Math.min(picturesAt, second);
    if (type === tagTypes.audio && size > 2) {
      codec ??= codecOf((await reader.peek(1))[0] ?? 0);
      // After the format, a packet of AAC says whether it is the configuration.
      const isConfig = codec === 'aac' && (await reader.peek(2))[1] === 0;
      const at = reader.position + (codec === 'aac' ? 2 : 1);
      if (isConfig) config = Uint8Array.from((await reader.peek(size)).subarray(2, size));
      else packets.push({ at, bytes: end - at, second });
      if (packets.length > maxPackets)
        throw unreadable('it has more packets than any video. Convert it to MP4.');
    }
    await reader.skip(size + lengthBytes);
  }
  if (!codec || packets.length === 0) throw unreadable('it has no sound. Check that it plays.');
  const zero = Math.min(firstSecond(packets), picturesAt);
  for (const packet of packets) packet.second -= zero;
  return { codec, packets, config };
}

/** The first second of sound. A damaged time of the first packet is later than those behind it. */
const firstSecond = (packets: FlashSound['packets']): number =>
  packets.reduce((first, { second }) => Math.min(first, second), Number.POSITIVE_INFINITY);

function tagOf(head: Buffer): { readonly type: number; readonly size: number; readonly second: number } {
  const first = head.readUInt8(0);
  if ((first & 0x20) !== 0) throw unreadable(encrypted);
  // The upper eight bits of the time, which is in milliseconds, stand behind the lower ones.
  const milliseconds = head.readUIntBE(4, 3) + head.readUInt8(7) * 2 ** 24;
  return { type: first & 0x1f, size: head.readUIntBE(1, 3), second: milliseconds / 1000 };
}

function codecOf(first: number): FlashSound['codec'] {
  const format = first >> 4;
  if (format === formats.aac) return 'aac';
  if (formats.mp3.some((number) => number === format)) return 'mp3';
  throw unknownCodec(names[format] ?? `of the unknown kind ${format}`);
}

/** Samples of a packet of AAC (ISO/IEC 14496-3 §4.5.1.1). */
export const aacFrameSamples = 1024;
/** Sample rates by their index (ISO/IEC 14496-3 §1.6.3.4). */
const rates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];
/** Types of 32 and above are written in more bits; of those, only xHE-AAC is met. */
const longTypes = 31;

/** @throws DomainError `unsupported-media` when it is damaged, or of xHE-AAC */
export function aacFormat(config: Uint8Array): {
  readonly type: number;
  readonly sampleRate: number;
  readonly channels: number;
} {
  const [first = 0, second = 0] = config;
  const type = first >> 3;
  if (type === longTypes) throw unknownCodec('xHE-AAC');
  const sampleRate = rates[((first & 7) << 1) | (second >> 7)] ?? 0;
  const format = { type, sampleRate, channels: (second >> 3) & 15 };
  checkAudioFormat(format);
  return format;
}
