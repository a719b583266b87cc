import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A function's answer, ready to be sent. */
export interface ProxyResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array | StreamedBody | null;
}

/** A body in pieces, at its reader's pace. */
export interface StreamedBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the chunks immediately: the reader is gone. */
  cancel(): void;
}

/** An answer that is no proxy response; API Gateway turns it into a 502. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/** The delimiter after the JSON at the start of a streamed answer. */
const delimiter = Buffer.alloc(8);
/** Bytes of the JSON at the start of a streamed answer. Our own: far over any set of headers. */
const maximumPreludeBytes = 64 * 1024;
/** Headers that a function cannot set: API Gateway renames them to `x-amzn-remapped-…`. */
const remapped = new Set([
  'connection',
  'content-length',
  'date',
  'server',
  'www-authenticate',
  'x-amzn-requestid',
]);
/** Statuses that go without a body (RFC 9110). */
const bodiless = new Set([204, 205, 304]);

/**
 * Reads the answer of a buffered integration.
 * @param wantsBytes whether a base64 body is to be decoded for this client
 * @throws MalformedResponseError
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function parseProxyResponse(payload: unknown, wantsBytes: boolean): ProxyResponse {
  const { body, isBase64Encoded, ...head } = asObject(payload, 'the answer');
  const { status, headers } = parseHead(head);
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new MalformedResponseError('body must be text');
  }
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true && wantsBytes ? 'base64' : 'utf8');
  return { status, headers, body: bodiless.has(status) ? null : bytes };
}

/**
 * Reads the beginning of a streamed answer; the rest stays a stream.
 * @throws MalformedResponseError
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export async function parseStreamedResponse(stream: Readable): Promise<ProxyResponse> {
  const cancel = () => void stream.destroy();
  try {
    const chunks = stream.iterator({ destroyOnReturn: true }) as AsyncIterableIterator<Buffer>;
    const { prelude, first } = await readPrelude(chunks);
    const { status, headers } = parseHead(prelude);
    if (!bodiless.has(status)) return { status, headers, body: { chunks: rest(first, chunks), cancel } };
    cancel();
    return { status, headers, body: null };
  } catch (error) {
    cancel();
    throw error;
  }
}

/** Reads up to the delimiter; what came after it in the same piece belongs to the body. */
async function readPrelude(chunks: AsyncIterator<Buffer>) {
  let seen = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) throw new MalformedResponseError('the stream ended before its headers did');
    seen = Buffer.concat([seen, value]);
    const end = seen.indexOf(delimiter);
    if (end >= 0) {
      return { prelude: parsePrelude(seen.subarray(0, end)), first: seen.subarray(end + delimiter.length) };
    }
    if (seen.length > maximumPreludeBytes) {
      throw new MalformedResponseError(`no headers in the first ${maximumPreludeBytes} bytes of the stream`);
    }
  }
}

async function* rest(first: Uint8Array, chunks: AsyncIterableIterator<Buffer>): AsyncIterable<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    yield* chunks;
  } finally {
    await chunks.return?.();
  }
}

function parsePrelude(bytes: Buffer): Record<string, unknown> {
  try {
    return asObject(JSON.parse(new StringDecoder('utf8').write(bytes)), 'the stream’s beginning');
  } catch (error) {
    if (error instanceof MalformedResponseError) throw error;
    throw new MalformedResponseError('the stream does not begin with JSON');
  }
}

function parseHead(head: Readonly<Record<string, unknown>>): { status: number; headers: Headers } {
  const status = Number(head.statusCode ?? Number.NaN);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new MalformedResponseError(`statusCode must be a status, not ${JSON.stringify(head.statusCode)}`);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(asObject(head.headers ?? {}, 'headers'))) {
    headers.set(outward(name), String(value));
  }
  for (const [name, values] of Object.entries(asObject(head.multiValueHeaders ?? {}, 'multiValueHeaders'))) {
    headers.delete(outward(name));
    for (const value of [values].flat()) headers.append(outward(name), String(value));
  }
  for (const cookie of [head.cookies ?? []].flat()) headers.append('set-cookie', String(cookie));
  return { status, headers };
}

const outward = (name: string) => (remapped.has(name.toLowerCase()) ? `x-amzn-remapped-${name}` : name);

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new MalformedResponseError(`${what} must be an object`);
}
