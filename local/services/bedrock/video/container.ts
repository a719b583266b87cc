import { BufferSource, FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } from 'mediabunny';
import { invalid } from '../errors.ts';
import { type Truth, truthOf } from './truth.ts';

/** The facts in a video's container. */
export interface Container {
  /** Seconds. */
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

/**
 * Reads a video's container.
 * @param file its bytes, or the path of a file that holds them
 * @throws AwsError `ValidationException` when it is no video, or a broken one
 */
export async function readContainer(file: Uint8Array | string): Promise<Container> {
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
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(
      `The video could not be processed: ${reason}. Check that the file is a video of the named format.`,
    );
  }
}
