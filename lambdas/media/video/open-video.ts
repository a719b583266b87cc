import type { Input } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import { DomainError } from '../../domain/errors.ts';
import { checkTables } from '../container/mp4-tables.ts';
import { WatchedObject } from '../decoding/object-reader.ts';

/** Bytes of the file held at most while looking through it. */
const cacheBytes = 16 * 1024 * 1024;

/** A video in the bucket whose tracks can be read. */
export interface Container extends Disposable {
  readonly input: Input;
  /**
   * What a failure while reading means.
   * @param refusal makes the caller's refusal of the file from the reason
   * @returns what S3 failed with, which is no fault of the file, or the refusal
   */
  explain(error: unknown, refusal: (reason: string, options: ErrorOptions) => DomainError): unknown;
}

/**
 * Opens an MP4 file; only the parts that are asked for are read.
 * @throws DomainError `unsupported-media` when its tables say what cannot be
 */
export async function openVideo(objects: ContentObjects, key: string, bytes: number): Promise<Container> {
  try {
    await checkTables(new WatchedObject(objects, key, bytes));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw notAVideo('its tables are damaged, or not all there', { cause: error });
  }
  // Loaded when a file is looked at: a request that asks for a job does not wait for it.
  const { CustomSource, Input, MP4 } = await import('./container-parser.ts');
  let lost: unknown;
  const source = new CustomSource({
    getSize: () => bytes,
    read: async (from, to) => {
      try {
        return await objects.range(key, from, to);
      } catch (error) {
        lost = error;
        throw error;
      }
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'network',
  });
  const input = new Input({ formats: [MP4], source });
  return {
    input,
    explain(error, refusal) {
      if (lost !== undefined) return lost;
      if (error instanceof DomainError) return error;
      return refusal(error instanceof Error ? error.message : String(error), { cause: error });
    },
    [Symbol.dispose]: () => input.dispose(),
  };
}

/** A file that cannot be watched, with the reason. */
export function notAVideo(reason: string, options: ErrorOptions): DomainError {
  const detail = `The file cannot be read as an MP4 video: ${reason}. Check that it plays, and upload it again.`;
  return new DomainError('unsupported-media', detail, options);
}
