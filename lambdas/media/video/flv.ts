import type { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, encrypted, unreadableVideo } from '../decoding/unreadable.ts';

/** Bytes of the file's header, of a tag's header, and of a tag's length behind it (Adobe, "Flash Video File Format Specification" 10.1, annex E). */
const fileHeadBytes = 9;
const tagHeadBytes = 11;
const lengthBytes = 4;
const tagTypes = { audio: 8, video: 9, script: 18 } as const;
/** Tags in which the first picture or sound is looked for. Our own: a script tag precedes it. */
const firstTags = 10;

interface Tag {
  readonly type: number;
  /** Bytes of its content. */
  readonly size: number;
  readonly seconds: number;
}

/**
 * Seconds that a Flash video lasts: from its first tag to its last. Each tag is followed by its length, so the last one is found from the end
 * of the file; a file that is cut short does not end with a tag.
 * @throws DomainError `unsupported-media` when it is damaged, encrypted or cut short
 */
export async function flvSeconds(object: ObjectReader): Promise<number> {
  const lengthAt = object.size - lengthBytes;
  const length = Buffer.from(await object.range(Math.max(0, lengthAt), object.size)).readUInt32BE();
  const last = await tagAt(object, lengthAt - length);
  if (!last || last.size + tagHeadBytes !== length) throw incomplete();
  const seconds = last.seconds - (await firstSecond(object));
  if (!(seconds > 0))
    throw unreadableVideo('it has no pictures. Check that it plays, and convert it to MP4.');
  return seconds;
}

async function firstSecond(object: ObjectReader): Promise<number> {
  let at = fileHeadBytes + lengthBytes;
  for (let count = 0; count < firstTags; count += 1) {
    const tag = await tagAt(object, at);
    if (!tag) throw incomplete();
    if (tag.type !== tagTypes.script) return tag.seconds;
    at += tagHeadBytes + tag.size + lengthBytes;
  }
  return 0;
}

async function tagAt(object: ObjectReader, at: number): Promise<Tag | undefined> {
  const bytes = Buffer.from(at < fileHeadBytes ? [] : await object.range(at, at + tagHeadBytes));
  if (bytes.length < tagHeadBytes) return undefined;
  const first = bytes.readUInt8(0);
  const type = first & 0x1f;
  if (!Object.values<number>(tagTypes).includes(type)) return undefined;
  if ((first & 0x20) !== 0) throw unreadableVideo(encrypted);
  // The upper eight bits of the time, which is in milliseconds, stand behind the lower ones.
  return {
    type,
    size: bytes.readUIntBE(1, 3),
    seconds: (bytes.readUIntBE(4, 3) + bytes.readUInt8(7) * 2 ** 24) / 1000,
  };
}

const incomplete = () => unreadableVideo(cutShort('its last pictures or sounds are missing'));
