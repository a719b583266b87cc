import type { CompleteUploadRequest, MultipartUpload } from '@nova/shared/api/content';
import pMap from 'p-map';
import { pause } from '../api/client.ts';
import { CliError } from '../errors.ts';
import { type FileRange, type PutResponse, send } from './send.ts';

/** Attempts to send a range; the wait doubles with each. */
const maxAttempts = 4;
const firstWaitMs = 500;
/** Parts in transit at once. */
const partsAtOnce = 4;

/** Temporary S3 errors besides 5xx: a slow connection, and an earlier attempt that is still in progress. */
const temporary = new Set(['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout']);

/** A refusal or failure that a retry may avoid. */
class TemporaryError extends CliError {
  override readonly name = 'TemporaryError';
}

/**
 * Puts a range of a file to a presigned address, with retries when the connection is lost.
 * @param range its `onSent` gets a negative count when an attempt fails: the bytes to take back
 * @returns the ETag
 * @throws CliError when S3 refuses the range, or every attempt fails
 */
export async function put(range: FileRange, pauseBeforeRetry = pause): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    let sent = 0;
    const onSent = (bytes: number) => {
      sent += bytes;
      range.onSent(bytes);
    };
    try {
      return acceptedEtag(await send({ ...range, onSent }));
    } catch (error) {
      range.signal.throwIfAborted();
      if (error instanceof CliError && !(error instanceof TemporaryError)) throw error;
      range.onSent(-sent);
      if (attempt >= maxAttempts) throw error instanceof CliError ? error : connectionLost(error as Error);
      await pauseBeforeRetry(firstWaitMs * 2 ** (attempt - 1), range.signal);
    }
  }
}

/**
 * Puts a file in parts. When one part fails, the others are aborted.
 * @returns the ETags, in the order of completion
 * @throws CliError of the part that failed
 */
export async function putParts(
  { partBytes, parts }: MultipartUpload,
  { length: bytes, signal, ...file }: Pick<FileRange, 'path' | 'length' | 'signal' | 'onSent'>,
  pauseBeforeRetry = pause,
): Promise<CompleteUploadRequest['parts']> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const done: CompleteUploadRequest['parts'] = [];
  await pMap(
    parts,
    async ({ partNumber, url }) => {
      if (either.aborted) return;
      const start = (partNumber - 1) * partBytes;
      const length = Math.min(partBytes, bytes - start);
      try {
        const etag = await put({ ...file, start, length, url, signal: either }, pauseBeforeRetry);
        done.push({ partNumber, etag });
      } catch (error) {
        failure.abort(error);
      }
    },
    { concurrency: partsAtOnce },
  );
  either.throwIfAborted();
  return done;
}

const connectionLost = (error: NodeJS.ErrnoException) =>
  new CliError(`The connection was lost during the upload (${error.code ?? error.message}): try again.`, {
    cause: error,
  });

/** @returns the ETag of the stored object or part */
function acceptedEtag({ status, etag, text, md5 }: PutResponse): string {
  // Precondition Failed: an earlier attempt succeeded and its response was lost.
  if (status === 412) return etag;
  // S3 describes errors in XML.
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? String(status);
  if (status >= 500 || temporary.has(code)) {
    throw new TemporaryError(`S3 could not store the file (${code}): try again later.`);
  }
  if (status >= 300) throw new CliError(refusalMessage(code));
  if (etag.length === md5.length + 2 && etag !== `"${md5}"`) {
    throw new TemporaryError('The file was corrupted in transit: try again.');
  }
  return etag;
}

function refusalMessage(code: string): string {
  if (code === 'AccessDenied' || code === 'RequestTimeTooSkewed') {
    return `The upload address is no longer valid (${code}): start the upload again.`;
  }
  return `S3 refused the file (${code}): check whether the file has changed, then upload it again.`;
}
