import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../../../process/database.ts';
import { type Algorithm, isAlgorithm } from '../body/checksums.ts';
import { noSuchUpload } from '../errors.ts';
import type { Blob } from './blobs.ts';
import { blobsOf, type ObjectHead } from './object-index.ts';

/** A multipart upload under way. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly head: ObjectHead;
  readonly algorithm: Algorithm | undefined;
  readonly started: Date;
}

export interface Part {
  readonly number: number;
  readonly bytes: number;
  /** MD5, hex. */
  readonly md5: string;
  /** Base64, in the upload's algorithm. */
  readonly checksum: string | undefined;
  readonly blob: Blob;
  readonly modified: Date;
}

const schema = `
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    head TEXT NOT NULL,
    algorithm TEXT,
    started INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    checksum TEXT,
    blob TEXT NOT NULL,
    modified INTEGER NOT NULL,
    PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
`;

/** Multipart uploads, in the index's own database so that completing one is a single transaction. */
export class Uploads {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(schema);
  }

  start(upload: Omit<Upload, 'id' | 'started'>): Upload {
    const { bucket, key, head, algorithm } = upload;
    const id = randomUUID();
    const started = new Date();
    this.#database
      .prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, bucket, key, JSON.stringify(head), algorithm ?? null, started.getTime());
    return { ...upload, id, started };
  }

  /** @throws AwsError `NoSuchUpload` */
  get(id: string, bucket: string, key: string): Upload {
    const row = this.#database
      .prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?')
      .get(id, bucket, key);
    if (!row) throw noSuchUpload();
    const algorithm = String(row.algorithm);
    return {
      id,
      bucket,
      key,
      head: JSON.parse(String(row.head)) as ObjectHead,
      algorithm: isAlgorithm(algorithm) ? algorithm : undefined,
      started: new Date(Number(row.started)),
    };
  }

  /**
   * Uploads of keys with a prefix, in the order of their keys and ids.
   * @param after those after the upload with this key and id; without an id, after all uploads of the key
   */
  list(
    bucket: string,
    prefix: string,
    after: Pick<Upload, 'key' | 'id'>,
  ): Pick<Upload, 'key' | 'id' | 'started'>[] {
    return this.#database
      .prepare(
        `SELECT key, id, started FROM uploads
         WHERE bucket = ? AND (key > ? OR (key = ? AND id > ? AND ? <> '')) ORDER BY key, id`,
      )
      .all(bucket, after.key, after.key, after.id, after.id)
      .map((row) => ({ key: String(row.key), id: String(row.id), started: new Date(Number(row.started)) }))
      .filter(({ key }) => key.startsWith(prefix));
  }

  /** @returns blobs that are no longer needed */
  putPart(
    { id, bucket, key }: Upload,
    { number, bytes, md5, checksum, blob, modified }: Part,
  ): readonly Blob[] {
    return transaction(this.#database, () => {
      this.get(id, bucket, key);
      const previous = this.#database
        .prepare('SELECT blob FROM parts WHERE upload = ? AND number = ?')
        .all(id, number);
      this.#database
        .prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(id, number, bytes, md5, checksum ?? null, JSON.stringify([blob]), modified.getTime());
      return previous.flatMap((row) => blobsOf(row.blob));
    });
  }

  parts(id: string): Part[] {
    const rows = this.#database.prepare('SELECT * FROM parts WHERE upload = ? ORDER BY number').all(id);
    return rows.flatMap((row) =>
      blobsOf(row.blob).map((blob) => ({
        number: Number(row.number),
        bytes: Number(row.bytes),
        md5: String(row.md5),
        checksum: row.checksum === null ? undefined : String(row.checksum),
        blob,
        modified: new Date(Number(row.modified)),
      })),
    );
  }

  /** Removes an upload and its parts, as a step of the caller's transaction where there is one. */
  remove(id: string): void {
    this.#database.prepare('DELETE FROM uploads WHERE id = ?').run(id);
  }

  blobNames(): Set<string> {
    const rows = this.#database.prepare('SELECT blob FROM parts').all();
    return new Set(rows.flatMap((row) => blobsOf(row.blob)).map(({ name }) => name));
  }
}
