import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from '../../process/database.ts';
import type { Metric } from './distance.ts';
import { MemoryIndex } from './memory-index.ts';
import type { Metadata } from './metadata.ts';

/** An index as the stack declares it. */
export interface IndexDefinition {
  readonly bucket: string;
  readonly name: string;
  readonly arn: string;
  readonly dimension: number;
  readonly metric: Metric;
  readonly nonFilterable: ReadonlySet<string>;
}

export interface StoredVector {
  readonly key: string;
  readonly data: Float32Array;
  readonly metadata: Metadata;
}

const schema = `
  CREATE TABLE IF NOT EXISTS indexes (arn TEXT PRIMARY KEY, shape TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS vectors (
    arn TEXT NOT NULL,
    key TEXT NOT NULL,
    data BLOB NOT NULL,
    metadata TEXT NOT NULL,
    PRIMARY KEY (arn, key)
  ) STRICT, WITHOUT ROWID;
`;

/** Vectors on disk; those of an index that is queried are in memory too. */
export class VectorStore {
  readonly #database: DatabaseSync;
  readonly #memory = new Map<string, MemoryIndex>();

  constructor(path: string) {
    this.#database = openDatabase(path, schema);
  }

  /**
   * Declares an index of the stack. One with another dimension, metric or configuration is a new index, as in
   * Terraform, which replaces it.
   * @returns whether vectors were deleted
   */
  declare({ arn, dimension, metric, nonFilterable }: IndexDefinition): boolean {
    const shape = JSON.stringify({ dimension, metric, nonFilterable: [...nonFilterable].sort() });
    return transaction(this.#database, () => {
      const before = this.#database.prepare('SELECT shape FROM indexes WHERE arn = ?').get(arn);
      if (before?.shape === shape) return false;
      const { changes } = this.#database.prepare('DELETE FROM vectors WHERE arn = ?').run(arn);
      this.#database.prepare('INSERT OR REPLACE INTO indexes VALUES (?, ?, ?)').run(arn, shape, Date.now());
      return Number(changes) > 0;
    });
  }

  created(arn: string): Date {
    const row = this.#database.prepare('SELECT created FROM indexes WHERE arn = ?').get(arn);
    return new Date(Number(row?.created ?? 0));
  }

  /** All of them are on disk when this returns, or none. */
  put({ arn }: IndexDefinition, vectors: readonly StoredVector[]): void {
    const insert = this.#database.prepare('INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)');
    transaction(this.#database, () => {
      for (const { key, data, metadata } of vectors)
        insert.run(arn, key, toBytes(data), JSON.stringify(metadata));
    });
    const memory = this.#memory.get(arn);
    for (const { key, data, metadata } of vectors) memory?.put(key, data, metadata);
  }

  delete({ arn }: IndexDefinition, keys: readonly string[]): void {
    const remove = this.#database.prepare('DELETE FROM vectors WHERE arn = ? AND key = ?');
    transaction(this.#database, () => {
      for (const key of keys) remove.run(arn, key);
    });
    const memory = this.#memory.get(arn);
    for (const key of keys) memory?.delete(key);
  }

  /** The vectors of those keys that exist, in the order of the keys. */
  get({ arn }: IndexDefinition, keys: readonly string[]): StoredVector[] {
    const select = this.#database.prepare('SELECT * FROM vectors WHERE arn = ? AND key = ?');
    return keys.flatMap((key) => {
      const row = select.get(arn, key);
      return row ? [vectorOf(row)] : [];
    });
  }

  /** Vectors in the order of their keys, those after a key. */
  *list({ arn }: IndexDefinition, after: string): Generator<StoredVector> {
    const rows = this.#database
      .prepare('SELECT * FROM vectors WHERE arn = ? AND key > ? ORDER BY key')
      .iterate(arn, after);
    for (const row of rows) yield vectorOf(row);
  }

  /** The index in memory, read from disk on first use. */
  memory(index: IndexDefinition): MemoryIndex {
    const loaded = this.#memory.get(index.arn);
    if (loaded) return loaded;
    const memory = new MemoryIndex(index.dimension, index.metric);
    for (const { key, data, metadata } of this.list(index, '')) memory.put(key, data, metadata);
    this.#memory.set(index.arn, memory);
    return memory;
  }

  close(): void {
    this.#database.close();
  }
}

const toBytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

function vectorOf(row: Readonly<Record<string, unknown>>): StoredVector {
  // A copy, so that the numbers start where Float32Array needs them to.
  const bytes = Uint8Array.from(row.data as Uint8Array);
  return {
    key: String(row.key),
    data: new Float32Array(bytes.buffer),
    metadata: JSON.parse(String(row.metadata)) as Metadata,
  };
}
