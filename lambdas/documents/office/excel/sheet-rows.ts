import type { Block } from '../../blocks/block.ts';
import { attribute, type XmlAttributes, type XmlVisitor } from '../../xml/walk-xml.ts';
import { type Cell, columnsMax, type RowBlocks } from '../row-of-cells.ts';
import type { ShowNumber } from './number-formats.ts';

/** Gathers the rows of a sheet of Excel. Cells without text cost nothing. Source: ECMA-376 part 1, §18.3.1. */
export class SheetRows implements XmlVisitor {
  readonly #rows: RowBlocks;
  readonly #strings: readonly string[];
  readonly #show: ShowNumber;
  #done: Block[] = [];
  #row = 0;
  #column = 0;
  #cells: Cell[] = [];
  #type = 'n';
  #style = 0;
  #pieces: string[] = [];
  #isText = false;
  #readings = 0;

  constructor(rows: RowBlocks, strings: readonly string[], show: ShowNumber) {
    this.#rows = rows;
    this.#strings = strings;
    this.#show = show;
  }

  take(): Block[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'row') {
      const row = Number(attribute(attributes, 'r'));
      this.#row = Number.isInteger(row) && row > 0 ? row : this.#row + 1;
      this.#column = 0;
      this.#cells = [];
    } else if (name === 'c') {
      this.#column = columnOf(attribute(attributes, 'r')) ?? this.#column + 1;
      this.#type = attribute(attributes, 't') ?? 'n';
      this.#style = Number(attribute(attributes, 's') ?? 0);
      this.#pieces = [];
    } else if (name === 'rPh') this.#readings += 1;
    else if (name === 'v' || name === 't') this.#isText = this.#readings === 0;
  }

  text(text: string): void {
    if (this.#isText) this.#pieces.push(text);
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isText = false;
    else if (name === 'rPh') this.#readings -= 1;
    else if (name === 'c') this.#endCell();
    else if (name === 'row') {
      const ordered = this.#cells.toSorted((a, b) => a.column - b.column);
      const block = this.#rows.block(this.#row, ordered);
      if (block) this.#done.push(block);
      this.#cells = [];
    }
  }

  #endCell(): void {
    const text = this.#shown(this.#pieces.join('')).replaceAll(/\s+/g, ' ').trim();
    if (text === '' || this.#column > columnsMax || this.#cells.length >= columnsMax) return;
    this.#cells.push({ column: this.#column, text });
  }

  #shown(value: string): string {
    if (value === '') return '';
    if (this.#type === 's') return this.#strings[Number(value)] ?? '';
    if (this.#type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    const number = Number(value);
    return this.#type === 'n' && Number.isFinite(number) ? this.#show(number, this.#style) : value;
  }
}

/** Number of the column of a cell such as `AB12`. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^\$?([A-Za-z]{1,3})/.exec(reference ?? '')?.[1];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}
