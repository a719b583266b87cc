import type { Block, Place } from '../blocks/block.ts';
import { titleKey } from './about.ts';
import { layoutOf, textsOf } from './layout/page-layout.ts';
import type { Stretch } from './layout/paragraphs.ts';
import type { Runs } from './layout/runs.ts';
import { readable } from './readable.ts';

/** A heading is larger than the text by these factors; its level is the place of the first that it reaches. */
const headingFactors = [1.8, 1.4, 1.15];
/** Lines and letters of a heading, at most. */
const [headingLines, headingLetters] = [3, 200];

const startsLower = /^\p{Ll}/u;
const endsOpen = /[\p{L}\p{N},;–-]$/u;
const dividedWord = /(?<=^|\s)(?<start>[\p{L}\p{M}]{2,})[-\u2010\u00ad]$/u;

/** What is known of a document after some of its pages; JSON. */
export interface KnownText {
  /** Words that stand within lines. */
  readonly words: readonly string[];
  /** Sizes of letters, and how many there are of each. */
  readonly letters: readonly (readonly [number, number])[];
  readonly tables: number;
  /** The last block, which the next page may continue. */
  readonly last?: Block;
}

export const nothingKnown: KnownText = { words: [], letters: [], tables: 0 };

/** Makes blocks of the pages of one document, in their order. */
export class PageBlocks {
  readonly #outline: ReadonlyMap<string, number>;
  readonly #words: Set<string>;
  readonly #letters: Map<number, number>;
  #tables: number;
  /** The last block of a page, which the next page may continue. */
  #last: Block | undefined;

  /**
   * @param outline levels of its titles
   * @param known of the pages before
   */
  constructor(outline: ReadonlyMap<string, number>, { words, letters, tables, last }: KnownText) {
    this.#outline = outline;
    this.#words = new Set(words);
    this.#letters = new Map(letters);
    this.#tables = tables;
    this.#last = last;
  }

  /** What is known after the pages so far, for a reader that continues with the next one. */
  get known(): KnownText {
    const last = this.#last ? { last: this.#last } : {};
    return { words: [...this.#words], letters: [...this.#letters], tables: this.#tables, ...last };
  }

  /** @returns the blocks that are complete, of this page and the one before */
  add(runs: Runs, notes: readonly string[], place: Place): Block[] {
    const { stretches } = layoutOf(runs);
    const texts = textsOf(stretches, this.#words);
    for (const { size, lines } of stretches) this.#count(size, lines);
    const blocks = this.#last ? [this.#last] : [];
    let isInTable = false;
    for (const [at, stretch] of stretches.entries()) {
      const text = readable(texts[at] ?? '').trim();
      if (stretch.kind === 'row' && !isInTable) this.#tables += 1;
      isInTable = stretch.kind === 'row';
      if (text !== '') blocks.push(this.#blockOf(stretch, text, place));
    }
    if (this.#last && blocks.length > 1) continueOver(blocks);
    for (const note of notes) blocks.push({ kind: 'paragraph', text: readable(note), place });
    this.#last = blocks.pop();
    return blocks;
  }

  /** @returns the block that the next page might have continued */
  end(): Block[] {
    const last = this.#last ? [this.#last] : [];
    this.#last = undefined;
    return last;
  }

  #count(size: number, lines: Stretch['lines']): void {
    const rounded = Math.round(size * 2) / 2;
    const letters = lines.reduce((sum, { text }) => sum + text.length, 0);
    this.#letters.set(rounded, (this.#letters.get(rounded) ?? 0) + letters);
  }

  #blockOf(stretch: Stretch, text: string, place: Place): Block {
    if (stretch.kind === 'row') return { kind: 'row', text, table: this.#tables, place };
    const level = this.#levelOf(stretch, text);
    if (level !== undefined) return { kind: 'heading', level, text, place };
    return { kind: stretch.kind, text, place };
  }

  #levelOf({ size, lines }: Stretch, text: string): number | undefined {
    if (lines.length > headingLines || text.length > headingLetters || !/\p{L}/u.test(text)) return undefined;
    const listed = this.#outline.get(titleKey(text));
    if (listed !== undefined) return listed;
    const factor = size / this.#usualSize();
    const level = headingFactors.findIndex((least) => factor >= least);
    return level < 0 ? undefined : level + 1;
  }

  /** The size of most letters so far. */
  #usualSize(): number {
    let [usual, most] = [Number.POSITIVE_INFINITY, 0];
    for (const [size, letters] of this.#letters) {
      if (letters > most) [usual, most] = [size, letters];
    }
    return usual;
  }
}

/** Marks the second block as the rest of the first where a page's end interrupts a paragraph; a divided word goes to the rest. */
function continueOver(blocks: Block[]): void {
  const [before, after] = blocks;
  if (before?.kind !== 'paragraph' && before?.kind !== 'item') return;
  if (after?.kind !== 'paragraph' || !startsLower.test(after.text) || !endsOpen.test(before.text)) return;
  const divided = dividedWord.exec(before.text);
  const start = divided?.groups?.start ?? '';
  const rest = divided ? before.text.slice(0, divided.index).trimEnd() : before.text;
  blocks.splice(0, 2, { ...before, text: rest }, { ...after, text: start + after.text, continues: true });
  if (rest === '') blocks.shift();
}
