import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { type ClientRequest, request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import { text } from 'node:stream/consumers';
import { CliError } from '../errors.ts';

/** A stretch of a file, and where it goes. */
export interface Sending {
  readonly path: string;
  readonly start: number;
  /** Bytes, at least one. */
  readonly length: number;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told of bytes that have gone out. */
  onSent(bytes: number): void;
}

export interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly text: string;
  /** Of what was sent, in hexadecimal. */
  readonly md5: string;
}

/** Milliseconds of silence on a connection after which it is given up. */
const idleMs = 60_000;

/**
 * Sends bytes of a file by PUT, once. When it returns or throws, no more of them go out.
 * @throws CliError when the file is not as it was; else what failed of the connection
 */
export async function send(sending: Sending): Promise<Answer> {
  const { path, length, url, headers, signal } = sending;
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
  request.on('timeout', () => request.destroy(new Error('the connection fell silent')));
  const md5 = createHash('md5');
  const over = new AbortController();
  // An answer that comes before all is sent ends the sending.
  const answering = answerTo(request).finally(() => over.abort());
  const [answer, sent] = await Promise.allSettled([
    answering,
    sendAll(request, stretchOf(file, sending, md5), over.signal),
  ]);
  if (sent.status === 'rejected' && sent.reason instanceof CliError) throw sent.reason;
  if (answer.status === 'rejected') throw answer.reason;
  return { ...answer.value, md5: md5.digest('hex') };
}

const changed = (path: string) => new CliError(`${path} changed while it was uploaded; upload it again.`);

/** Not `pipeline`, which may never end when its request is destroyed as it begins. */
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

async function* stretchOf(file: FileHandle, { path, start, length, onSent }: Sending, md5: Hash) {
  let read = 0;
  for await (const chunk of file.createReadStream({ start, end: start + length - 1 })) {
    const bytes = chunk as Buffer;
    read += bytes.length;
    md5.update(bytes);
    onSent(bytes.length);
    yield bytes;
  }
  // The server would wait for the rest.
  if (read < length) throw changed(path);
}

async function answerTo(request: ClientRequest): Promise<Omit<Answer, 'md5'>> {
  // What fails once the answer has begun, the answer tells.
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers } = response;
  return { status: statusCode, etag: headers.etag ?? '', text: await text(response) };
}
