import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from '../../../process/database.ts';
import type { ObjectChecksum } from '../body/checksums.ts';
import { noSuchKey, preconditionFailed } from '../errors.ts';
import type { Blob } from './blobs.ts';

/** The metadata of an object that S3 returns with its bytes: members of the SDK's shapes. */
export interface ObjectHead {
  readonly ContentType?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ExpiresString?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
}

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  /** Quoted, as HTTP has it. */
  readonly etag: string;
  readonly modified: Date;
  readonly head: ObjectHead;
  readonly checksum: ObjectChecksum | undefined;
  readonly blobs: readonly Blob[];
}

/** The condition of a write on the object it replaces. */
export interface WriteCondition {
  /** `*`: no object must exist. */
  readonly ifNoneMatch?: string | undefined;
  /** The ETag that the object must have. */
  readonly ifMatch?: string | undefined;
}

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    head TEXT NOT NULL,
    checksum TEXT,
    blobs TEXT NOT NULL,
    PRIMARY KEY (bucket, key)
  ) STRICT, WITHOUT ROWID;
`;

/** The index of objects. A change is one transaction: no reader sees half of it. */
export class ObjectIndex {
  readonly database: DatabaseSync;

  constructor(path: string) {
    this.database = openDatabase(path, schema);
  }

  /** Declares a bucket; it keeps the date of the first time. */
  addBucket(name: string): void {
    this.database.prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?)').run(name, Date.now());
  }

  bucketCreated(name: string): Date | undefined {
    const row = this.database.prepare('SELECT created FROM buckets WHERE name = ?').get(name);
    return row && new Date(Number(row.created));
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?').get(bucket, key);
    return row && objectOf(row);
  }

  /**
   * Puts an object in place of the existing one.
   * @returns blobs that are no longer needed
   * @throws AwsError `PreconditionFailed` or `NoSuchKey` when the condition does not hold; nothing is changed then
   */
  put(object: StoredObject, condition?: WriteCondition): readonly Blob[] {
    return transaction(this.database, () => this.putInTransaction(object, condition));
  }

  /** {@link put} as a step of the caller's own transaction. */
  putInTransaction(object: StoredObject, condition: WriteCondition = {}): readonly Blob[] {
    const previous = this.find(object.bucket, object.key);
    checkCondition(previous, condition);
    this.database
      .prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        object.bucket,
        object.key,
        object.bytes,
        object.etag,
        object.modified.getTime(),
        JSON.stringify(object.head),
        object.checksum ? JSON.stringify(object.checksum) : null,
        JSON.stringify(object.blobs),
      );
    return previous?.blobs ?? [];
  }

  /** @returns the object that was there */
  remove(bucket: string, key: string): StoredObject | undefined {
    const row = this.database
      .prepare('DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING *')
      .get(bucket, key);
    return row && objectOf(row);
  }

  /** Objects with a prefix in the order of their keys' bytes, which is S3's, those after a key. */
  *list(bucket: string, prefix: string, after: string): Generator<StoredObject> {
    const rows = this.database
      .prepare('SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key > ? ORDER BY key')
      .iterate(bucket, prefix, after);
    for (const row of rows) {
      const object = objectOf(row);
      if (!object.key.startsWith(prefix)) return;
      yield object;
    }
  }

  /** Names of all blobs objects are made of. */
  blobNames(): Set<string> {
    const rows = this.database.prepare('SELECT blobs FROM objects').all();
    return new Set(rows.flatMap((row) => blobsOf(row.blobs)).map(({ name }) => name));
  }

  close(): void {
    this.database.close();
  }
}

function checkCondition(previous: StoredObject | undefined, { ifMatch, ifNoneMatch }: WriteCondition): void {
  if (ifNoneMatch !== undefined && previous) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (!previous) throw noSuchKey();
  if (ifMatch !== '*' && unquoted(ifMatch) !== unquoted(previous.etag)) throw preconditionFailed('If-Match');
}

const unquoted = (etag: string) => etag.replaceAll('"', '');

type Row = Readonly<Record<string, unknown>>;

const objectOf = (row: Row): StoredObject => ({
  bucket: String(row.bucket),
  key: String(row.key),
  bytes: Number(row.bytes),
  etag: String(row.etag),
  modified: new Date(Number(row.modified)),
  head: JSON.parse(String(row.head)) as ObjectHead,
  checksum: row.checksum === null ? undefined : (JSON.parse(String(row.checksum)) as ObjectChecksum),
  blobs: blobsOf(row.blobs),
});

export const blobsOf = (json: unknown) => JSON.parse(String(json)) as Blob[];
