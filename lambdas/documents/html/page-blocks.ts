import type { Block } from '../blocks/block.ts';
import { flowingText, lineEnd } from '../blocks/join-lines.ts';

/** Pieces of text that are joined at once. */
const maxPieces = 10_000;

/** A row whose cells are read. */
interface OpenRow {
  readonly table: number;
  readonly cells: string[];
  /** Whether a cell is open. */
  open: boolean;
  /** Whether all cells so far name columns. */
  header: boolean;
}

/** A block, and the characters of it that are links. */
export interface LinkedBlock {
  readonly block: Block;
  readonly linked: number;
}

/** Gathers the text of a page into blocks. */
export class PageBlocks {
  /** Blocks that are complete. */
  #done: LinkedBlock[] = [];
  /** Characters of links in the block that is read. */
  #linked = 0;
  #whole = '';
  #pieces: string[] = [];
  #row: OpenRow | undefined;
  /** Level of the open heading. */
  #level = 0;
  #items = 0;
  #preformatted = 0;

  /** @returns the blocks that are complete since the last call */
  take(): LinkedBlock[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  add(text: string, isLink = false): void {
    if (isLink) this.#linked += text.trim().length;
    this.#pieces.push(this.#preformatted === 0 ? text : text.replaceAll(lineEnd, '\n'));
    if (this.#pieces.length >= maxPieces) this.#join();
  }

  /** Ends the block, if there is one. Inside a cell it only separates words: the cells of a row are one block. */
  separate(): void {
    if (this.#row) this.#pieces.push(' ');
    else this.#flush();
  }

  startHeading(level: number): void {
    this.#endLayoutRow();
    this.#flush();
    this.#level = level;
  }

  endHeading(): void {
    this.#flush();
    this.#level = 0;
  }

  /** @param change 1 at the start of a list's item, -1 at its end */
  item(change: 1 | -1): void {
    this.#endLayoutRow();
    this.#flush();
    this.#items = Math.max(0, this.#items + change);
  }

  /** @param change 1 at the start of preformatted text, -1 at its end */
  preformatted(change: 1 | -1): void {
    this.#endLayoutRow();
    this.#flush();
    this.#preformatted = Math.max(0, this.#preformatted + change);
  }

  /** Starts a list or a table, which is no part of the row that it is in. */
  leaveRow(): void {
    this.#endLayoutRow();
    this.#flush();
  }

  startRow(table: number): void {
    this.endRow();
    this.#flush();
    this.#row = { table, cells: [], open: false, header: true };
  }

  startCell(isHeader: boolean): void {
    if (!this.#row) {
      this.#flush();
      return;
    }
    this.#endCell();
    this.#row.open = true;
    this.#row.header &&= isHeader;
  }

  endRow(): void {
    if (!this.#row) return;
    this.#endCell();
    const { table, cells, header } = this.#row;
    this.#row = undefined;
    if (cells.every((cell) => cell === '')) return;
    this.#push({ kind: 'row', text: cells.join(', '), table, ...(header ? { header } : {}) });
  }

  end(): void {
    this.endRow();
    this.#flush();
  }

  /** A row that holds headings, lists or tables lays out a page: its cells are blocks of their own. */
  #endLayoutRow(): void {
    if (!this.#row) return;
    this.#endCell();
    const { cells } = this.#row;
    this.#row = undefined;
    for (const text of cells.filter((cell) => cell !== '')) this.#push({ kind: 'paragraph', text });
  }

  /** Keeps a cell, also an empty one, and text outside of cells. */
  #endCell(): void {
    const text = this.#takeText();
    if (!this.#row) return;
    if (text !== '' || this.#row.open) this.#row.cells.push(text.replaceAll('\n', ' '));
    this.#row.open = false;
  }

  #flush(): void {
    const text = this.#takeText();
    if (text === '') return;
    if (this.#level > 0)
      this.#push({ kind: 'heading', level: this.#level, text: text.replaceAll('\n', ' ') });
    else if (this.#preformatted > 0) this.#push({ kind: 'code', text });
    else this.#push({ kind: this.#items > 0 ? 'item' : 'paragraph', text });
  }

  #push(block: Block): void {
    this.#done.push({ block, linked: this.#linked });
    this.#linked = 0;
  }

  #takeText(): string {
    this.#join();
    const text = this.#whole;
    this.#whole = '';
    return this.#preformatted > 0 ? text.replace(/^\s*\n/, '').trimEnd() : flowingText(text);
  }

  #join(): void {
    this.#whole += this.#pieces.join('');
    this.#pieces = [];
  }
}
