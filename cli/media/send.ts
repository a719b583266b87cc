import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { type ClientRequest, request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import { text } from 'node:stream/consumers';
import { CliError } from '../errors.ts';

/** A range of a file, and the address to send it to. */
export interface FileRange {
  readonly path: string;
  readonly start: number;
  /** Bytes, at least one. */
  readonly length: number;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with the number of bytes sent. */
  onSent(bytes: number): void;
}

export interface PutResponse {
  readonly status: number;
  readonly etag: string;
  readonly text: string;
  /** MD5 of the bytes sent, in hexadecimal. */
  readonly md5: string;
}

/** Milliseconds without traffic after which a connection is abandoned. */
const idleMs = 60_000;

/**
 * Sends a range of a file by PUT, once. Nothing is sent any more once it has returned or thrown.
 * @throws CliError when the file has changed; otherwise the connection's error
 */
export async function send(range: FileRange): Promise<PutResponse> {
  const { path, length, url, headers, signal } = range;
  await using file = await open(path).catch(() => {
    throw changed(path);
  });
  const call = url.startsWith('https:') ? https : http;
  const request = call(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': length },
    signal,
    timeout: idleMs,
  });
  request.on('timeout', () => request.destroy(new Error('the connection timed out')));
  const md5 = createHash('md5');
  const over = new AbortController();
  // A response that arrives early ends the sending.
  const responding = responseTo(request).finally(() => over.abort());
  const [response, sent] = await Promise.allSettled([
    responding,
    sendAll(request, readRange(file, range, md5), over.signal),
  ]);
  if (sent.status === 'rejected' && sent.reason instanceof CliError) throw sent.reason;
  if (response.status === 'rejected') throw response.reason;
  return { ...response.value, md5: md5.digest('hex') };
}

const changed = (path: string) => new CliError(`${path} changed during the upload: upload it again.`);

/** Not `pipeline`: it may never settle when the request is destroyed at its start. */
async function sendAll(request: ClientRequest, chunks: AsyncIterable<Buffer>, over: AbortSignal) {
  try {
    for await (const chunk of chunks) {
      over.throwIfAborted();
      if (!request.write(chunk)) await once(request, 'drain', { signal: over });
    }
    request.end();
  } catch (error) {
    request.destroy(error as Error);
    throw error;
  }
}

async function* readRange(file: FileHandle, { path, start, length, onSent }: FileRange, md5: Hash) {
  let read = 0;
  for await (const chunk of file.createReadStream({ start, end: start + length - 1 })) {
    const bytes = chunk as Buffer;
    read += bytes.length;
    md5.update(bytes);
    onSent(bytes.length);
    yield bytes;
  }
  // The server would wait for the missing bytes.
  if (read < length) throw changed(path);
}

async function responseTo(request: ClientRequest): Promise<Omit<PutResponse, 'md5'>> {
  // Errors after the start of the response reject the reading of its body.
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers } = response;
  return { status: statusCode, etag: headers.etag ?? '', text: await text(response) };
}
