import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A piece of an object's bytes: a file that is written once and never changed. */
export interface Blob {
  readonly name: string;
  readonly bytes: number;
}

/** The bytes of objects on disk. The index knows which file belongs to which object. */
export class Blobs {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Writes a body; it is on disk, whole, when this resolves, and gone when it does not. */
  async write(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Blob> {
    return this.#create(async (path) => {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(body);
        await file.sync();
        return (await file.stat()).size;
      } finally {
        await file.close();
      }
    });
  }

  /** A copy, shared with the original where the file system can. */
  copy({ name, bytes }: Blob): Promise<Blob> {
    return this.#create(async (path) => {
      await copyFile(this.#path(name), path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      const file = await open(path, 'r+');
      await file.sync().finally(() => file.close());
      return bytes;
    });
  }

  /**
   * Bytes of an object made of several blobs.
   * @param start first byte
   * @param end byte after the last
   */
  read(blobs: readonly Blob[], start: number, end: number): Readable {
    return Readable.from(this.#pieces(blobs, start, end), { objectMode: false });
  }

  async remove(blobs: readonly Blob[]): Promise<void> {
    await Promise.all(blobs.map(({ name }) => rm(this.#path(name), { force: true })));
  }

  /** Removes files that a crash left behind: no object has them. */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const stray = (await readdir(this.#directory)).filter((name) => !known.has(name));
    await this.remove(stray.map((name) => ({ name, bytes: 0 })));
  }

  async *#pieces(blobs: readonly Blob[], start: number, end: number): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for (const { name, bytes } of blobs) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, bytes);
      if (from < to) yield* createReadStream(this.#path(name), { start: from, end: to - 1 });
      offset += bytes;
    }
  }

  async #create(fill: (path: string) => Promise<number>): Promise<Blob> {
    const name = randomUUID();
    const path = this.#path(name);
    try {
      const bytes = await fill(path);
      await this.#syncDirectory();
      return { name, bytes };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** A file's name is on disk once its directory is. */
  async #syncDirectory(): Promise<void> {
    const directory = await open(this.#directory);
    await directory.sync().finally(() => directory.close());
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}
