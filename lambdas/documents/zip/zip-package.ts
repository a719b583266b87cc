import { limits } from '@nova/shared/limits';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { utfDecoder } from './utf-decoder.ts';

/** First bytes of a compound file (MS-CFB §2.2): an old Office file, or an encrypted new one. */
const compoundMark = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/**
 * The parts of a document that is a ZIP file. Nothing is unpacked before it is asked for. The lengths that the file claims are not
 * believed: what is unpacked is counted, so that entries that overlap or compress absurdly meet the same bound.
 */
export class ZipPackage {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #budget: WorkBudget;
  #unpacked = 0;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, budget: WorkBudget) {
    this.#zip = zip;
    this.#entries = entries;
    this.#budget = budget;
  }

  /**
   * @param budget looked at before each piece that is unpacked
   * @throws DomainError `unsupported-media` when it is no ZIP file, or one of too many parts
   */
  static async open(bytes: Uint8Array, budget: WorkBudget): Promise<ZipPackage> {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (file.subarray(0, compoundMark.length).equals(compoundMark)) throw protectedOrOld();
    const zip = await fromBufferPromise(file, { lazyEntries: true }).catch(damaged);
    if (zip.entryCount > limits.documentParts) throw tooManyParts();
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) {
        budget();
        // Names of parts are compared without regard to case (ECMA-376 part 2, §6.2.2.3).
        entries.set(entry.fileName.toLowerCase(), entry);
      }
    } catch (error) {
      throw asRefusal(error);
    }
    return new ZipPackage(zip, entries, budget);
  }

  has(name: string): boolean {
    return this.#entries.has(keyOf(name));
  }

  /**
   * The text of a part, piece by piece, in UTF-8 or by its byte order mark; nothing when there is no such part.
   * @throws DomainError `unsupported-media` when it is damaged or encrypted, or the parts unpack to too much
   */
  async *text(name: string): AsyncGenerator<string> {
    const entry = this.#entries.get(keyOf(name));
    if (!entry) return;
    if (entry.isEncrypted()) throw protectedByPassword();
    const stream = await this.#zip.openReadStreamPromise(entry).catch(damaged);
    const pieces = stream[Symbol.asyncIterator]();
    let decoder: ReturnType<typeof utfDecoder> | undefined;
    try {
      for (;;) {
        const { done, value } = await pieces.next().catch(damaged);
        if (done) break;
        const piece = value as Buffer;
        this.#count(piece.length);
        decoder ??= utfDecoder(piece);
        yield decoder.decode(piece, { stream: true });
      }
    } finally {
      stream.destroy();
    }
  }

  /**
   * The whole text of a small part; empty when there is none.
   * @throws DomainError as {@link text}, and for more than {@link limits.documentStreamBytes}
   */
  async wholeText(name: string): Promise<string> {
    const pieces: string[] = [];
    let chars = 0;
    for await (const piece of this.text(name)) {
      chars += piece.length;
      if (chars > limits.documentStreamBytes) {
        throw refused(
          `A part of the document unpacks to more than ${limits.documentStreamBytes} bytes; split it.`,
        );
      }
      pieces.push(piece);
    }
    return pieces.join('');
  }

  #count(bytes: number): void {
    this.#budget();
    this.#unpacked += bytes;
    if (this.#unpacked <= limits.documentUnpackedBytes) return;
    throw refused(
      `The document unpacks to more than ${limits.documentUnpackedBytes} bytes in all; split it, and upload the pieces.`,
    );
  }
}

const keyOf = (name: string) => name.replace(/^\/+/, '').toLowerCase();

const refused = (detail: string, options?: ErrorOptions) =>
  new DomainError('unsupported-media', detail, options);

export const protectedByPassword = () =>
  refused('The document is protected by a password; remove it, and upload the file again.');

const protectedOrOld = () =>
  refused(
    'The document is protected by a password, or in the format of Office before 2007 (.doc, .xls, .ppt); remove the password, or save it as .docx, .xlsx or .pptx, and upload that.',
  );

const tooManyParts = () =>
  refused(`The document has more than ${limits.documentParts} parts; split it, and upload the pieces.`);

const damaged = (error: unknown): never => {
  throw asRefusal(error);
};

/** Errors of the budget pass. */
function asRefusal(error: unknown): unknown {
  if (error instanceof DomainError || (error instanceof DOMException && error.name === 'TimeoutError'))
    return error;
  return refused(
    'The document cannot be read: the file is damaged or incomplete. Save it again in its program, and upload that.',
    { cause: error },
  );
}
