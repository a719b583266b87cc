import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Milliseconds and bytes that the other reader may take. */
const limitsOfOther = { timeout: 60_000, maxBuffer: 256 * 1024 * 1024 };

/** A text to compare with, and where it comes from. */
export interface Reference {
  readonly text: string;
  readonly from: string;
}

/** Endings of a reference beside its file: `talk.pdf.ref.txt`, `talk.pdf.txt` or, for a file that is no text itself, `talk.txt`. */
const besides = (path: string) => {
  const stem = path.slice(0, -extname(path).length);
  const others = extname(path).toLowerCase() === '.txt' ? [] : [`${path}.txt`, `${stem}.txt`];
  return [`${path}.ref.txt`, ...others];
};

/** Whether a file is the reference of another one of the folder. */
export const isReference = (path: string, all: ReadonlySet<string>) =>
  [...all].some((other) => other !== path && besides(other).includes(path));

/**
 * The text that a file holds: of a text file beside it, or else what `pdftotext` reads of a PDF, where poppler is installed.
 * @returns undefined when there is none
 */
export async function referenceOf(path: string, all: ReadonlySet<string>): Promise<Reference | undefined> {
  const beside = besides(path).find((other) => all.has(other));
  if (beside) return { text: await readFile(beside, 'utf8'), from: 'text' };
  if (extname(path).toLowerCase() !== '.pdf') return undefined;
  try {
    const { stdout } = await run('pdftotext', ['-enc', 'UTF-8', path, '-'], limitsOfOther);
    return stdout.trim() === '' ? undefined : { text: stdout, from: 'pdftotext' };
  } catch {
    return undefined;
  }
}
