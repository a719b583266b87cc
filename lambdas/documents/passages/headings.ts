import type { Heading } from '../blocks/block.ts';

/** UTF-8 bytes of one heading, and of all headings of a passage: filters hold 2 KB in all (S3 Vectors limits). */
const [headingBytes, headingsBytes] = [240, 960];

/** Open headings above one, at most. */
const maxDepth = 9;

/** The headings above the place that is read, the outermost first. */
export class Headings {
  #open: readonly { readonly level: number; readonly text: string }[] = [];
  #texts: readonly string[] = [];

  /** The texts of the headings: those nearest to the place, as many as fit. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  add({ level, text }: Heading): void {
    const outer = this.#open.filter((open) => open.level < level).slice(-maxDepth);
    this.#open = [...outer, { level, text: shortened(text) }];
    let left = headingsBytes;
    const nearest = this.#open.toReversed().filter((open) => {
      left -= Buffer.byteLength(open.text);
      return left >= 0;
    });
    this.#texts = nearest.toReversed().map((open) => open.text);
  }
}

function shortened(heading: string): string {
  const line = heading.slice(0, headingBytes).replaceAll(/\s+/g, ' ').trim();
  if (Buffer.byteLength(line) <= headingBytes) return line.toWellFormed();
  // A character cut in half decodes to U+FFFD.
  return Buffer.from(line)
    .subarray(0, headingBytes)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
