import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { type Answer, type Sending, send } from './send.ts';

const triesMost = 4;
const firstWaitMs = 500;

/** Refusals that pass, beside those of the server itself: too slow a line, and a try before this one that goes on. */
const passing = new Set(['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout']);

/** A refusal or a failure that another try may do without. */
class PassingError extends CliError {
  override readonly name = 'PassingError';
}

/**
 * Puts bytes of a file to a presigned address, again when the connection is lost.
 * @param part its `onSent` is told of fewer than no bytes when a try is given up
 * @returns the ETag
 * @throws CliError when S3 refuses them, or every try fails
 */
export async function put(part: Sending): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    let sent = 0;
    const onSent = (bytes: number) => {
      sent += bytes;
      part.onSent(bytes);
    };
    try {
      return taken(await send({ ...part, onSent }));
    } catch (error) {
      part.signal.throwIfAborted();
      if (error instanceof CliError && !(error instanceof PassingError)) throw error;
      part.onSent(-sent);
      if (tries >= triesMost) throw error instanceof CliError ? error : lost(error as NodeJS.ErrnoException);
      await sleep(firstWaitMs * 2 ** (tries - 1), undefined, { signal: part.signal });
    }
  }
}

const lost = (error: NodeJS.ErrnoException) =>
  new CliError(`The connection was lost while uploading (${error.code ?? error.message}); try again.`, {
    cause: error,
  });

/** @returns the ETag of what S3 has taken */
function taken({ status, etag, text, md5 }: Answer): string {
  // A try before this one arrived, and its answer did not.
  if (status === 412) return etag;
  // S3 says what is wrong in XML.
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? String(status);
  if (status >= 500 || passing.has(code)) {
    throw new PassingError(`S3 could not take the file (${code}); try again later.`);
  }
  if (status >= 300) throw new CliError(refusal(code));
  if (etag.length === md5.length + 2 && etag !== `"${md5}"`) {
    throw new PassingError('What arrived is not what was sent; try again.');
  }
  return etag;
}

function refusal(code: string): string {
  if (code === 'AccessDenied' || code === 'RequestTimeTooSkewed') {
    return `The upload address is no longer good (${code}); start the upload anew.`;
  }
  return `S3 refused the file (${code}); see whether it changed meanwhile, and upload it again.`;
}
