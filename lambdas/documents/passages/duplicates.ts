import { hash } from 'node:crypto';
import { NearDuplicates } from './near-duplicates.ts';
import { textOf, type Unit } from './unit.ts';

/**
 * Tells a passage that repeats an earlier one under the same headings: one that is equal but for spaces, case and width of characters
 * (Unicode NFKC), and one of running text that differs in a few words or digits, such as a notice with a date on every page.
 */
export class Duplicates {
  readonly #known = new Set<string>();
  readonly #near = new Map<string, NearDuplicates>();

  /** Whether such a passage was here before. */
  has(units: readonly Unit[], headings: readonly string[]): boolean {
    const [above, text] = [headings.join('\n'), textOf(units)].map(plain) as [string, string];
    const key = hash('sha256', `${above}\n${text}`, 'base64');
    if (this.#known.has(key)) return true;
    this.#known.add(key);
    const near = this.#near.get(above) ?? new NearDuplicates();
    this.#near.set(above, near);
    return near.has(isRunningText(units) ? text : undefined);
  }
}

const plain = (text: string) => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, '');

/** Whether a passage is of sentences: rows, items, code and lines of their own hold records, which differ in their numbers. */
const isRunningText = (units: readonly Unit[]) =>
  units.every(
    ({ kind, text }) => kind === 'heading' || (kind === 'paragraph' && !text.trim().includes('\n')),
  );
