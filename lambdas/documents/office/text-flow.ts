import type { Block, Place } from '../blocks/block.ts';
import { namesColumns } from '../blocks/cells.ts';

/** What a paragraph is, as far as its marks say so far. */
interface Paragraph {
  level?: number | undefined;
  isItem?: boolean;
  /** It is a note, and comes after the paragraph that it stands in. */
  isNote?: boolean;
  /** It repeats other text, as a table of contents does. */
  isLeftOut?: boolean;
  readonly pieces: string[];
  /** Texts of its notes. */
  readonly notes: string[];
}

interface Table {
  readonly number: number;
  readonly cells: string[];
  cell: string[];
  rows: number;
  isHeader: boolean;
}

/** Where paragraphs go: into the document, into a cell of a table, or into a frame in another paragraph. */
export class TextFlow {
  /** Where the text stands that comes next. */
  place: Place | undefined;
  #done: Block[] = [];
  readonly #paragraphs: Paragraph[] = [];
  readonly #tables: Table[] = [];
  #count = 0;

  take(): Block[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  startParagraph(kind: Pick<Paragraph, 'level' | 'isItem' | 'isNote'> = {}): void {
    this.#paragraphs.push({ ...kind, pieces: [], notes: [] });
  }

  /** The open paragraph. */
  get paragraph(): Paragraph | undefined {
    return this.#paragraphs.at(-1);
  }

  text(text: string): void {
    this.#paragraphs.at(-1)?.pieces.push(text);
  }

  endParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (!paragraph || paragraph.isLeftOut) return;
    const text = paragraph.pieces
      .join('')
      .replaceAll(/[ \t\u00a0]+/g, ' ')
      .replaceAll(/ ?\n ?/g, '\n')
      .trim();
    const table = this.#tables.at(-1);
    const outer = this.#paragraphs.at(-1);
    if (paragraph.isNote && outer) {
      if (text !== '') outer.notes.push(text);
      return;
    }
    if (table) {
      table.cell.push(...[text, ...paragraph.notes].filter((piece) => piece !== ''));
      return;
    }
    if (text !== '') {
      const { level, isItem } = paragraph;
      if (level !== undefined) this.#add({ kind: 'heading', level, text: text.replaceAll('\n', ' ') });
      else this.#add({ kind: isItem ? 'item' : 'paragraph', text });
    }
    for (const note of paragraph.notes) this.#add({ kind: 'paragraph', text: note });
  }

  startTable(): void {
    this.#count += 1;
    this.#tables.push({ number: this.#count, cells: [], cell: [], rows: 0, isHeader: false });
  }

  endTable(): void {
    this.#tables.pop();
  }

  startRow(): void {
    const table = this.#tables.at(-1);
    if (!table) return;
    table.cells.length = 0;
    table.isHeader = false;
  }

  /** The row names the columns. */
  markHeader(): void {
    const table = this.#tables.at(-1);
    if (table) table.isHeader = true;
  }

  startCell(): void {
    const table = this.#tables.at(-1);
    if (table) table.cell = [];
  }

  endCell(): void {
    const table = this.#tables.at(-1);
    table?.cells.push(table.cell.join(' ').replaceAll('\n', ' '));
  }

  endRow(): void {
    const table = this.#tables.at(-1);
    if (!table || table.cells.every((cell) => cell === '')) return;
    table.rows += 1;
    const text = table.cells.join(', ');
    const outer = this.#tables.at(-2);
    if (outer) outer.cell.push(text);
    else if (table.cells.length === 1) this.#add({ kind: 'paragraph', text });
    else {
      const isHeader = table.isHeader || (table.rows === 1 && namesColumns(table.cells));
      this.#add({ kind: 'row', text, table: table.number, ...(isHeader ? { header: true } : {}) });
    }
  }

  #add(block: Block): void {
    this.#done.push(this.place ? { ...block, place: this.place } : block);
  }
}
