import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../errors.ts';

/** A stretch of a file, and where it goes. */
export interface Put {
  readonly path: string;
  readonly start: number;
  /** Bytes, at least one. */
  readonly length: number;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told of bytes that have gone out; of fewer than none when a try is given up. */
  onSent(bytes: number): void;
}

/** Milliseconds of silence on a connection after which a try is given up. */
const idleMs = 60_000;
const triesMost = 4;
const firstWaitMs = 500;

/**
 * Puts bytes of a file to a presigned address, again when the connection is lost.
 * @returns the ETag
 * @throws CliError when S3 refuses them, or every try fails
 */
export async function put(part: Put): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    let sent = 0;
    const tell = (bytes: number) => {
      sent += bytes;
      part.onSent(bytes);
    };
    try {
      return await once(part, tell);
    } catch (error) {
      part.signal.throwIfAborted();
      if (error instanceof CliError) throw error;
      part.onSent(-sent);
      if (tries >= triesMost) throw lost(error as NodeJS.ErrnoException);
      await sleep(firstWaitMs * 2 ** (tries - 1), undefined, { signal: part.signal });
    }
  }
}

const lost = (error: NodeJS.ErrnoException) =>
  new CliError(`The connection was lost while uploading (${error.code ?? error.message}); try again.`, {
    cause: error,
  });

async function once(
  { path, start, length, url, headers, signal }: Put,
  tell: (bytes: number) => void,
): Promise<string> {
  const call = url.startsWith('https:') ? https : http;
  const request = call(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': length },
    signal,
    timeout: idleMs,
  });
  request.on('timeout', () => request.destroy(new Error('the connection fell silent')));
  const answer = new Promise<{ status: number; etag: string; text: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          etag: String(response.headers.etag ?? ''),
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
  });
  const md5 = createHash('md5');
  const bytes = createReadStream(path, { start, end: start + length - 1 });
  const sending = pipeline(
    bytes,
    async function* count(source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        md5.update(chunk);
        tell(chunk.length);
        yield chunk;
      }
    },
    request,
  );
  // An answer may come before all is sent: a refusal ends the sending.
  sending.catch(() => {});
  const { status, etag, text } = await answer;
  // A try before this one arrived, and its answer did not.
  if (status === 412) return etag;
  if (status >= 500) throw new Error(`S3 answered ${status}`);
  if (status >= 300) throw new CliError(refusal(status, text));
  const digest = md5.digest('hex');
  if (etag.length === digest.length + 2 && etag !== `"${digest}"`) {
    throw new Error('what arrived is not what was sent');
  }
  return etag;
}

/** S3 says what is wrong in XML. */
function refusal(status: number, text: string): string {
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? String(status);
  if (code === 'AccessDenied' || code === 'RequestTimeTooSkewed') {
    return `The upload address is no longer good (${code}); start the upload anew.`;
  }
  return `S3 refused the file (${code}); see whether it changed meanwhile, and upload it again.`;
}
