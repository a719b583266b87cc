import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

/** Bytes of a log before it is moved to `<name>.1`, in place of the one before it. */
const rotateBytes = 10 * 1024 * 1024;

/** A log file that never takes more than twice its limit. */
export class LogFile {
  readonly path: string;
  readonly #limit: number;
  #descriptor: number;
  #bytes: number;

  /** @param limit bytes before it is rotated */
  constructor(path: string, limit = rotateBytes) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#limit = limit;
    this.#descriptor = openSync(path, 'a');
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  /** Appends one line; a line break is added. */
  line(text: string): void {
    if (this.#descriptor < 0) return;
    if (this.#bytes >= this.#limit) this.#rotate();
    this.#bytes += writeSync(this.#descriptor, `${text}\n`);
  }

  /** Appends the output of a process, line by line, so that lines of two processes never mix. */
  follow(output: Readable): void {
    let rest = '';
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.line(line);
    });
    output.on('end', () => {
      if (rest) this.line(rest);
    });
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    renameSync(this.path, `${this.path}.1`);
    this.#descriptor = openSync(this.path, 'a');
    this.#bytes = 0;
  }
}
