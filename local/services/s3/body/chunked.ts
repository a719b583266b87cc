import { incompleteBody } from '../errors.ts';

/** Longest line of the framing: a size with a chunk signature, or a trailer. */
const maxLine = 8192;

/**
 * Takes the `aws-chunked` framing off a body (SigV4, "Signature calculations: transfer payload in multiple chunks").
 * Chunk signatures are not checked: the request's own signature was.
 * @param trailers filled, names in lower case, when the body has ended
 * @throws AwsError `IncompleteBody` when the framing is broken or the body ends early
 */
export async function* dechunk(
  body: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const reader = new Reader(body);
  for (;;) {
    const line = await reader.line();
    const size = /^([0-9a-f]{1,8})(?:;|$)/i.exec(line)?.[1];
    if (size === undefined) throw incompleteBody(`'${line.slice(0, 40)}' is no chunk size`);
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    yield* reader.bytes(length);
    if ((await reader.line()) !== '') throw incompleteBody('A chunk does not end where it says');
  }
  for (let line = await reader.trailer(); line !== ''; line = await reader.trailer()) {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

class Reader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    const line = await this.#nextLine();
    if (line === undefined) throw incompleteBody('The body ends before its last chunk');
    return line;
  }

  /** The next trailer; the end of the body ends them as an empty line does. */
  async trailer(): Promise<string> {
    return (await this.#nextLine()) ?? '';
  }

  async *bytes(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) {
        throw incompleteBody('The body ends inside a chunk');
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #nextLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > maxLine) throw incompleteBody('A line of the chunk framing is too long');
      if (!(await this.#more())) return undefined;
    }
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, value]) : Buffer.from(value);
    return true;
  }
}
