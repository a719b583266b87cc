import type { CompleteUploadRequest, MultipartUpload } from '@nova/shared/api/content';
import { put } from './put.ts';
import type { Sending } from './send.ts';

/** Parts on their way at once. */
const partsAtOnce = 4;

/**
 * Puts a file in parts. Once one of them fails the others are let go of.
 * @returns their ETags, as they came
 * @throws CliError of the part that failed
 */
export async function putParts(
  { partBytes, parts }: MultipartUpload,
  { length: bytes, signal, ...file }: Pick<Sending, 'path' | 'length' | 'signal' | 'onSent'>,
): Promise<CompleteUploadRequest['parts']> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const done: CompleteUploadRequest['parts'] = [];
  const queue = parts.values();
  const worker = async () => {
    for (const { partNumber, url } of queue) {
      const start = (partNumber - 1) * partBytes;
      const length = Math.min(partBytes, bytes - start);
      done.push({ partNumber, etag: await put({ ...file, start, length, url, signal: either }) });
    }
  };
  const workers = Array.from({ length: partsAtOnce }, () => worker().catch((error) => failed.abort(error)));
  await Promise.all(workers);
  either.throwIfAborted();
  return done;
}
