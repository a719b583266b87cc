import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { limits } from '@nova/shared/limits';
import { collectBuffers } from '../runtime/collect-garbage.ts';
import { abortUpload } from './abort-uploads.ts';

/** Writes an object of any size in bounded memory. */
export interface ObjectWriter {
  /**
   * @param position offset of the bytes: after all bytes before, or in the first {@link limits.writtenPartBytes}, which may be
   *   overwritten until the end
   */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Completes the object, which does not exist before. */
  close(): Promise<void>;
  /** Discards the object. */
  abort(): Promise<void>;
}

/** A writer by multipart upload. The first part is sent last, because formats complete their header at the end. */
export async function s3ObjectWriter(
  client: S3Client,
  where: { readonly Bucket: string; readonly Key: string },
  contentType: string,
): Promise<ObjectWriter> {
  const begun = await client.send(new CreateMultipartUploadCommand({ ...where, ContentType: contentType }));
  const upload = { ...where, UploadId: begun.UploadId };
  const done: CompletedPart[] = [];
  const buffer = new PartBuffer(async (bytes, PartNumber) => {
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: bytes }));
    done.push({ PartNumber, ETag });
    // As many bytes were read and copied to make the part.
    collectBuffers(bytes.length);
  });
  return {
    write: (bytes, position) => buffer.write(bytes, position),
    async close() {
      await buffer.flush();
      const Parts = done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
    async abort() {
      // The erasure of the item may have aborted it already.
      await abortUpload(client, upload);
    },
  };
}

/** Cuts bytes into parts of one size: holds the first, and sends the others when they are full. */
class PartBuffer {
  readonly #send: (bytes: Uint8Array, part: number) => Promise<void>;
  readonly #first = new Uint8Array(limits.writtenPartBytes);
  readonly #current = new Uint8Array(limits.writtenPartBytes);
  #length = 0;

  constructor(send: (bytes: Uint8Array, part: number) => Promise<void>) {
    this.#send = send;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    const size = limits.writtenPartBytes;
    for (let at = 0; at < bytes.length; ) {
      const place = position + at;
      const part = Math.floor(place / size);
      const piece = bytes.subarray(at, at + size - (place % size));
      if (part === 0) this.#first.set(piece, place);
      else if (place !== this.#length) throw new RangeError(`Byte ${place} was sent already`);
      else this.#current.set(piece, place % size);
      this.#length = Math.max(this.#length, place + piece.length);
      at += piece.length;
      if (part > 0 && this.#length % size === 0) await this.#send(this.#current, part + 1);
    }
  }

  async flush(): Promise<void> {
    const size = limits.writtenPartBytes;
    const rest = this.#length % size;
    if (this.#length > size && rest > 0) {
      await this.#send(this.#current.subarray(0, rest), Math.floor(this.#length / size) + 1);
    }
    await this.#send(this.#first.subarray(0, Math.min(size, this.#length)), 1);
  }
}
