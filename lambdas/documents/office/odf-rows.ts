import type { Block } from '../blocks/block.ts';
import { attribute, type XmlAttributes, type XmlVisitor } from '../xml/walk-xml.ts';
import { spacesOf } from './odf-text.ts';
import { type Cell, columnsMax, RowBlocks } from './row-of-cells.ts';

/** Repetitions of a cell with text that are shown; sheets repeat empty cells a million times. */
const maxRepeats = 100;

/**
 * Gathers the rows of the sheets of a spreadsheet in OpenDocument. A row that is repeated is shown once. Source: OpenDocument 1.3 part 3, §9.
 */
export class OdfRows implements XmlVisitor {
  #done: Block[] = [];
  #tables = 0;
  #rows = new RowBlocks('', 0);
  #row = 0;
  #rowRepeats = 1;
  #column = 0;
  #repeats = 1;
  #cells: Cell[] = [];
  #pieces: string[] = [];
  #isInCell = false;
  #unseen = 0;
  #headerRows = 0;

  take(): Block[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'annotation' || name === 'shapes') this.#unseen += 1;
    else if (name === 'table') {
      this.#tables += 1;
      this.#rows = new RowBlocks(attribute(attributes, 'name') ?? '', this.#tables);
      this.#row = 0;
    } else if (name === 'table-header-rows') this.#headerRows += 1;
    else if (name === 'table-row') {
      this.#row += 1;
      this.#rowRepeats = countOf(attributes, 'number-rows-repeated');
      this.#column = 1;
      this.#cells = [];
    } else if (name === 'table-cell' || name === 'covered-table-cell') {
      this.#repeats = countOf(attributes, 'number-columns-repeated');
      this.#pieces = [];
      this.#isInCell = true;
    } else if (name === 's') this.text(' '.repeat(spacesOf(attributes)));
    else if (name === 'line-break' || name === 'tab') this.text(' ');
  }

  text(text: string): void {
    if (this.#isInCell && this.#unseen === 0) this.#pieces.push(text);
  }

  close(name: string): void {
    if (name === 'annotation' || name === 'shapes') this.#unseen -= 1;
    else if (name === 'p') this.text(' ');
    else if (name === 'table-header-rows') this.#headerRows -= 1;
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#endCell();
    else if (name === 'table-row') {
      const block = this.#rows.block(this.#row, this.#cells, this.#headerRows > 0);
      if (block) this.#done.push(block);
      this.#row += this.#rowRepeats - 1;
    }
  }

  #endCell(): void {
    this.#isInCell = false;
    const text = this.#pieces.join('').replaceAll(/\s+/g, ' ').trim();
    const shown = text === '' ? 0 : Math.min(this.#repeats, maxRepeats);
    for (let at = 0; at < shown && this.#column + at <= columnsMax; at += 1) {
      this.#cells.push({ column: this.#column + at, text });
    }
    this.#column += this.#repeats;
  }
}

/** How often a cell or a row is repeated, at most as often as a sheet has rows. */
function countOf(attributes: XmlAttributes, name: string): number {
  const count = Number(attribute(attributes, name) ?? 1);
  return Number.isInteger(count) && count > 0 ? Math.min(count, 1_048_576) : 1;
}
