import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { transaction } from '../../../process/database.ts';
import { noSuchBucket } from '../errors.ts';
import { type Blob, Blobs } from './blobs.ts';
import { ObjectIndex, type StoredObject, type WriteCondition } from './object-index.ts';
import { type Part, type Upload, Uploads } from './uploads.ts';

/**
 * Objects on disk: bytes in files that never change, everything else in one database. An object exists, complete, from
 * the moment of its transaction; a crash before that leaves only files that the next start removes.
 */
export class ObjectStorage {
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly #index: ObjectIndex;
  readonly #buckets: ReadonlySet<string>;

  private constructor(directory: string, buckets: readonly string[]) {
    mkdirSync(join(directory, 'blobs'), { recursive: true });
    this.blobs = new Blobs(join(directory, 'blobs'));
    this.#index = new ObjectIndex(join(directory, 'index.db'));
    this.uploads = new Uploads(this.#index.database);
    this.#buckets = new Set(buckets);
    for (const bucket of buckets) this.#index.addBucket(bucket);
  }

  static async open(directory: string, buckets: readonly string[]): Promise<ObjectStorage> {
    const storage = new ObjectStorage(directory, buckets);
    await storage.blobs.sweep(new Set([...storage.#index.blobNames(), ...storage.uploads.blobNames()]));
    return storage;
  }

  get buckets(): { readonly name: string; readonly created: Date | undefined }[] {
    return [...this.#buckets].sort().map((name) => ({ name, created: this.#index.bucketCreated(name) }));
  }

  /** @throws AwsError `NoSuchBucket` */
  requireBucket(bucket: string): void {
    if (!this.#buckets.has(bucket)) throw noSuchBucket(bucket);
  }

  find(bucket: string, key: string): StoredObject | undefined {
    return this.#index.find(bucket, key);
  }

  /** Objects with a prefix in S3's order, those after a key. */
  list(bucket: string, prefix: string, after: string): Iterable<StoredObject> {
    return this.#index.list(bucket, prefix, after);
  }

  /** Puts an object whose blobs are on disk; they are removed when its condition does not hold. */
  async put(object: StoredObject, condition?: WriteCondition): Promise<void> {
    await this.#commit(object.blobs, () => this.#index.put(object, condition));
  }

  async putPart(upload: Upload, part: Part): Promise<void> {
    await this.#commit([part.blob], () => this.uploads.putPart(upload, part));
  }

  /** Makes an object of an upload's parts; those it leaves out are removed. */
  async complete(upload: Upload, object: StoredObject, condition?: WriteCondition): Promise<void> {
    const kept = new Set(object.blobs.map(({ name }) => name));
    const unused = this.uploads.parts(upload.id).flatMap(({ blob }) => (kept.has(blob.name) ? [] : [blob]));
    const replaced = transaction(this.#index.database, () => {
      this.uploads.remove(upload.id);
      return this.#index.putInTransaction(object, condition);
    });
    await this.blobs.remove([...unused, ...replaced]);
  }

  async abort({ id }: Upload): Promise<void> {
    const parts = this.uploads.parts(id);
    this.uploads.remove(id);
    await this.blobs.remove(parts.map(({ blob }) => blob));
  }

  /** @returns the object that was there */
  async remove(bucket: string, key: string): Promise<StoredObject | undefined> {
    const removed = this.#index.remove(bucket, key);
    await this.blobs.remove(removed?.blobs ?? []);
    return removed;
  }

  close(): void {
    this.#index.close();
  }

  async #commit(written: readonly Blob[], write: () => readonly Blob[]): Promise<void> {
    let replaced: readonly Blob[];
    try {
      replaced = write();
    } catch (error) {
      await this.blobs.remove(written);
      throw error;
    }
    await this.blobs.remove(replaced);
  }
}
