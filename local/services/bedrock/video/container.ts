import { open } from 'node:fs/promises';
import { BufferSource, FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } from 'mediabunny';
import { invalid } from '../errors.ts';
import { type Truth, truthOf } from './truth.ts';

/** The facts in a video's container. */
export interface Container {
  /** Seconds; 0 for a container whose packets the stand-in does not read. */
  readonly duration: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly hasAudio: boolean;
  /** The content that a fixture states. */
  readonly truth: Truth | undefined;
}

const formats = [MP4, QTFF, MATROSKA, WEBM];

/** The first bytes of a file of each format, where `?` is any byte. Amazon Bedrock API reference, VideoBlock; Nova's embeddings write `3gp`. */
const signatures: Readonly<Record<string, string>> = {
  mp4: '????ftyp',
  mov: '????ftyp',
  three_gp: '????ftyp',
  '3gp': '????ftyp',
  mkv: '\x1a\x45\xdf\xa3',
  webm: '\x1a\x45\xdf\xa3',
  flv: 'FLV\x01',
  mpeg: '\0\0\x01',
  mpg: '\0\0\x01',
  wmv: '\x30\x26\xb2\x75',
};
const unread = ['flv', 'mpeg', 'mpg', 'wmv'];

/**
 * Reads a video's container.
 * @param file its bytes, or the path of a file that holds them
 * @param format that the request names
 * @throws AwsError `ValidationException` when it is no video, a broken one, or one of another format
 */
export async function readContainer(file: Uint8Array | string, format = 'mp4'): Promise<Container> {
  const signature = signatures[format];
  if (signature === undefined)
    throw invalid(`video.format: must be one of ${Object.keys(signatures).join(', ')}`);
  const start = await firstBytes(file);
  if (![...signature].every((byte, at) => byte === '?' || byte === start[at])) {
    throw refused('its bytes are of another format');
  }
  if (unread.includes(format)) {
    return { duration: 0, width: 0, height: 0, codec: format, hasAudio: false, truth: undefined };
  }
  const source = typeof file === 'string' ? new FilePathSource(file) : new BufferSource(file);
  using input = new Input({ formats, source });
  try {
    const video = await input.getPrimaryVideoTrack();
    if (!video) throw new Error('no video track');
    const [counted, stated] = [
      await input.computeDuration([video]),
      await input.getDurationFromMetadata([video]),
    ];
    const duration = Math.max(counted, stated ?? 0);
    if (!(duration > 0)) throw new Error('no frames');
    const { comment } = await input.getMetadataTags();
    return {
      duration,
      width: await video.getDisplayWidth(),
      height: await video.getDisplayHeight(),
      codec: (await video.getCodec()) ?? 'unknown',
      hasAudio: (await input.getPrimaryAudioTrack()) !== null,
      truth: truthOf(comment),
    };
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : String(cause));
  }
}

const refused = (reason: string) =>
  invalid(`The video could not be processed: ${reason}. Check that the file is a video of the named format.`);

async function firstBytes(file: Uint8Array | string): Promise<string> {
  if (typeof file !== 'string') return Buffer.from(file.subarray(0, 16)).toString('latin1');
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
