import type { Block } from '../blocks/block.ts';
import { decoded } from './charsets.ts';

interface Interrupted {
  readonly texts: string[];
  readonly cells: string[];
  readonly isInTable: boolean;
  readonly isItem: boolean;
  readonly level: number | undefined;
}

/** Gathers the text of a document into blocks. */
export class RtfBlocks {
  #done: Block[] = [];
  #texts: string[] = [];
  /** Bytes that are not decoded yet: a character may be several. */
  #bytes: string[] = [];
  #encoding = '';
  /** The paragraph that a footnote interrupts. */
  #interrupted: Interrupted | undefined;
  /** Notes of the open paragraph or row, which come after it. */
  #notes: string[] = [];
  #cells: string[] = [];
  #table = 0;
  #isInTable = false;
  #isHeader = false;
  #isItem = false;
  #level: number | undefined;

  take(): Block[] {
    const done = this.#done;
    if (done.length > 0) this.#done = [];
    return done;
  }

  bytes(bytes: string, encoding: string): void {
    if (encoding !== this.#encoding) this.#decode();
    this.#encoding = encoding;
    this.#bytes.push(bytes);
  }

  text(text: string): void {
    this.#decode();
    this.#texts.push(text);
  }

  /** A control word about paragraphs, or any other. */
  word(name: string, value: number | undefined): void {
    switch (name) {
      case 'par':
      case 'sect':
      case 'page':
        if (this.#cells.length > 0 || this.#isInTable || this.#interrupted) this.text(' ');
        else this.#endParagraph();
        break;
      case 'pard':
        this.#isInTable = false;
        this.#isItem = false;
        this.#level = undefined;
        break;
      case 'intbl':
        this.#isInTable = true;
        break;
      case 'trowd':
        this.#isHeader = false;
        break;
      case 'trhdr':
        this.#isHeader = true;
        break;
      case 'cell':
      case 'nestcell':
        this.#cells.push(this.#takeText().replaceAll('\n', ' '));
        break;
      case 'row':
        this.#endRow();
        break;
      case 'ls':
      case 'pnlvlblt':
      case 'pnlvlbody':
        this.#isItem = true;
        break;
      case 'outlinelevel':
        if (value !== undefined && value < 9) this.#level = value + 1;
        break;
    }
  }

  startNote(): void {
    this.#decode();
    this.#interrupted ??= {
      ...{ texts: this.#texts, cells: this.#cells },
      ...{ isInTable: this.#isInTable, isItem: this.#isItem, level: this.#level },
    };
    this.#texts = [];
    this.#cells = [];
  }

  endNote(): void {
    if (!this.#interrupted) return;
    const text = this.#takeText();
    if (text !== '') this.#notes.push(text);
    ({
      texts: this.#texts,
      cells: this.#cells,
      isInTable: this.#isInTable,
      isItem: this.#isItem,
      level: this.#level,
    } = this.#interrupted);
    this.#interrupted = undefined;
  }

  end(): void {
    this.endNote();
    this.#endRow();
    this.#endParagraph();
    this.#endNotes();
  }

  #endRow(): void {
    const cells = this.#cells;
    if (cells.length === 0) return;
    this.#cells = [];
    if (this.#done.at(-1)?.kind !== 'row' && !this.#isInRows) this.#table += 1;
    this.#isInRows = true;
    const header = this.#isHeader ? ({ header: true } as const) : {};
    if (cells.some((cell) => cell !== ''))
      this.#done.push({ kind: 'row', text: cells.join(', '), table: this.#table, ...header });
    this.#endNotes();
  }

  /** The last block was a row. */
  #isInRows = false;

  #endParagraph(): void {
    const text = this.#takeText();
    if (text === '') return;
    this.#isInRows = false;
    if (this.#level !== undefined)
      this.#done.push({ kind: 'heading', level: this.#level, text: text.replaceAll('\n', ' ') });
    else this.#done.push({ kind: this.#isItem ? 'item' : 'paragraph', text });
    this.#endNotes();
  }

  #endNotes(): void {
    for (const text of this.#notes) this.#done.push({ kind: 'paragraph', text });
    this.#notes = [];
  }

  #decode(): void {
    if (this.#bytes.length === 0) return;
    this.#texts.push(decoded(this.#bytes.join(''), this.#encoding));
    this.#bytes = [];
  }

  #takeText(): string {
    this.#decode();
    const text = this.#texts.join('');
    this.#texts = [];
    return text
      .replaceAll(/[ \t\f]+/g, ' ')
      .replaceAll('\v', '\n')
      .trim();
  }
}
