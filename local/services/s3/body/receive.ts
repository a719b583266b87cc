import { createHash, type Hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Checksum } from '@smithy/types';
import { AwsError, type AwsRequest } from '../../../contracts.ts';
import { badDigest, incompleteBody, invalidRequest } from '../errors.ts';
import { type Algorithm, hasherOf, isAlgorithm } from './checksums.ts';
import { dechunk } from './chunked.ts';

/** The facts of a received body. */
export interface Received {
  readonly bytes: number;
  /** MD5, hex. */
  readonly md5: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string } | undefined;
}

/** Bytes S3 takes in one request (S3 user guide, "Uploading objects"): 5 GiB. */
const maxBytes = 5 * 1024 ** 3;

const checksumPrefix = 'x-amz-checksum-';

/**
 * The body of a request, checked while it is read against every length, hash and checksum in the request.
 * Iterate it to its end, then read {@link received}.
 */
export class ReceivedBody implements AsyncIterable<Uint8Array> {
  readonly #request: AwsRequest;
  readonly #headers: IncomingHttpHeaders;
  #received: Received | undefined;

  /** @param headers those of the request, with those of a presigned URL */
  constructor(request: AwsRequest, headers: IncomingHttpHeaders) {
    this.#request = request;
    this.#headers = headers;
  }

  /** The facts of the body; available once it has been read to its end. */
  get received(): Received {
    if (!this.#received) throw new Error('The body has not been read yet');
    return this.#received;
  }

  /** @throws AwsError in S3's words when the body is not what the request says */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const headers = this.#headers;
    const expected = expectedLength(headers);
    const trailers = new Map<string, string>();
    const algorithm = algorithmOf(headers);
    const hashes = new Hashes(headers, algorithm);
    let bytes = 0;
    for await (const piece of isChunked(headers) ? dechunk(this.#request, trailers) : this.#request) {
      bytes += piece.length;
      hashes.update(piece);
      yield piece;
    }
    if (bytes !== expected) throw incompleteBody(`${expected} bytes were announced, ${bytes} came`);
    this.#received = { bytes, ...(await hashes.verify(trailers)) };
  }
}

function expectedLength(headers: IncomingHttpHeaders): number {
  const announced = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (announced === undefined) {
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  const bytes = Number(announced);
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw invalidRequest(`Content-Length is not a number: ${announced}`);
  if (bytes > maxBytes) {
    throw new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size');
  }
  return bytes;
}

export const isChunked = (headers: IncomingHttpHeaders): boolean =>
  String(headers['content-encoding'] ?? '').includes('aws-chunked') ||
  String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');

/** The additional checksum a request carries, in a header or announced for its trailer. */
function algorithmOf(headers: IncomingHttpHeaders): Algorithm | undefined {
  const trailer = String(headers['x-amz-trailer'] ?? '').toLowerCase();
  const names = [...Object.keys(headers), ...trailer.split(/\s*,\s*/)]
    .filter((name) => name.startsWith(checksumPrefix))
    .map((name) => name.slice(checksumPrefix.length))
    .filter((name) => !['mode', 'algorithm', 'type'].includes(name));
  const [name, ...more] = new Set(names);
  if (name === undefined) return undefined;
  if (more.length > 0) throw invalidRequest('Expecting a single x-amz-checksum- header');
  if (!isAlgorithm(name)) throw invalidRequest(`The checksum algorithm ${name} is not known`);
  return name;
}

/** The hashes of a body in transit, and their expected values. */
class Hashes {
  readonly #headers: IncomingHttpHeaders;
  readonly #md5 = createHash('md5');
  readonly #sha256: Hash | undefined;
  readonly #algorithm: Algorithm | undefined;
  readonly #checksum: Checksum | undefined;

  constructor(headers: IncomingHttpHeaders, algorithm: Algorithm | undefined) {
    this.#headers = headers;
    this.#sha256 = /^[0-9a-f]{64}$/.test(String(headers['x-amz-content-sha256']))
      ? createHash('sha256')
      : undefined;
    this.#algorithm = algorithm;
    this.#checksum = algorithm && hasherOf(algorithm);
  }

  update(piece: Uint8Array): void {
    this.#md5.update(piece);
    this.#sha256?.update(piece);
    this.#checksum?.update(piece);
  }

  async verify(trailers: ReadonlyMap<string, string>): Promise<Omit<Received, 'bytes'>> {
    if (this.#sha256 && this.#sha256.digest('hex') !== this.#headers['x-amz-content-sha256']) {
      throw new AwsError(
        'XAmzContentSHA256Mismatch',
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    const md5 = this.#md5.digest();
    const wantedMd5 = this.#headers['content-md5'];
    if (wantedMd5 !== undefined && wantedMd5 !== md5.toString('base64')) throw badDigest('Content-MD5');
    return { md5: md5.toString('hex'), checksum: await this.#verifyChecksum(trailers) };
  }

  async #verifyChecksum(trailers: ReadonlyMap<string, string>): Promise<Received['checksum']> {
    const algorithm = this.#algorithm;
    if (!algorithm || !this.#checksum) return undefined;
    const name = `${checksumPrefix}${algorithm}`;
    const wanted = this.#headers[name] ?? trailers.get(name);
    if (wanted === undefined) throw incompleteBody(`The trailer ${name} did not come`);
    const value = Buffer.from(await this.#checksum.digest()).toString('base64');
    if (wanted !== value) throw badDigest(algorithm.toUpperCase());
    return { algorithm, value };
  }
}
