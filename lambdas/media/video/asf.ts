import type { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, encrypted, unreadableVideo } from '../decoding/unreadable.ts';

/** Names of objects, as their bytes stand in the file (Microsoft, "Advanced Systems Format Specification" 01.20.03, §10). */
const ids = {
  header: '3026b2758e66cf11a6d900aa0062ce6c',
  data: '3626b2758e66cf11a6d900aa0062ce6c',
  fileProperties: 'a1dcab8c47a9cf118ee400c00c205365',
  streamProperties: '9107dcb7b7a9cf118ee600c00c205365',
  video: 'c0ef19bc4d5bcf11a8fd00805f5c442b',
} as const;
/** Objects that tell of a key: content encryption, its extended and its advanced form. */
const encryption = [
  'fbb3112223bdd211b4b700a0c955fc6e',
  '14e68a292226174cb935dae07ee9289c',
  '338505438169e6499b74ad12cb86d58c',
];

/** Bytes of an object's name and size, and of the header's own fields behind them. */
const headBytes = 24;
const headerFieldBytes = 6;
/** Bytes of an object that are looked at. */
const fieldBytes = 104;
/** Objects in a header, at most. Our own: a dozen are usual. */
const maxObjects = 200;
/** Units of its times: 100 ns. */
const perSecond = 10_000_000;

interface AsfObject {
  readonly id: string;
  readonly bytes: Buffer;
  readonly size: number;
}

/**
 * Seconds that a Windows Media video lasts, as its header says.
 * @throws DomainError `unsupported-media` when it is damaged, encrypted or cut short, or has no pictures
 */
export async function asfSeconds(object: ObjectReader): Promise<number> {
  const header = await objectAt(object, 0);
  if (header?.id !== ids.header) throw damaged();
  let [at, seconds, hasVideo, isLive] = [headBytes + headerFieldBytes, 0, false, false];
  for (let count = 0; at < header.size; count += 1) {
    const found = count < maxObjects ? await objectAt(object, at) : undefined;
    if (!found) throw damaged();
    if (encryption.includes(found.id)) throw unreadableVideo(encrypted);
    if (found.id === ids.fileProperties) {
      // The play duration counts the time before the first packet too, which is in milliseconds.
      seconds =
        Number(found.bytes.readBigUInt64LE(64)) / perSecond - Number(found.bytes.readBigUInt64LE(80)) / 1000;
      isLive = (found.bytes.readUInt32LE(88) & 1) !== 0;
    }
    if (found.id === ids.streamProperties) hasVideo ||= found.bytes.toString('hex', 24, 40) === ids.video;
    at += found.size;
  }
  if (!hasVideo) throw unreadableVideo('it has no pictures. Check that it plays, and convert it to MP4.');
  if (isLive || !(seconds > 0))
    throw unreadableVideo('its header does not say how long it lasts. Convert it to MP4.');
  const data = await objectAt(object, header.size);
  if (data?.id !== ids.data || header.size + data.size > object.size)
    throw unreadableVideo(cutShort('its last pictures or sounds are missing'));
  return seconds;
}

/** The object at an offset; its fields are zero where the file ends before. */
async function objectAt(object: ObjectReader, at: number): Promise<AsfObject | undefined> {
  const range = await object.range(at, at + fieldBytes);
  if (range.length < headBytes) return undefined;
  const bytes = Buffer.alloc(fieldBytes);
  bytes.set(range);
  const size = Number(bytes.readBigUInt64LE(16));
  return size < headBytes ? undefined : { id: bytes.toString('hex', 0, 16), bytes, size };
}

const damaged = () => unreadableVideo('its header is damaged. Check that it plays, and convert it to MP4.');
