import { hash } from 'node:crypto';

/**
 * Tells a passage that repeats an earlier one but for spaces, case and width of characters (Unicode NFKC), under the same headings: such
 * as a notice on every page.
 */
export class Duplicates {
  readonly #known = new Set<string>();

  /** Whether an equal passage was here before. */
  has(text: string, headings: readonly string[]): boolean {
    const normal = [...headings, text].join('\n').normalize('NFKC').toLowerCase().replaceAll(/\s+/g, '');
    const key = hash('sha256', normal, 'base64');
    if (this.#known.has(key)) return true;
    this.#known.add(key);
    return false;
  }
}
