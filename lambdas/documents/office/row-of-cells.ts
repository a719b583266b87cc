import type { Row } from '../blocks/block.ts';
import { cellRange, namesColumns } from '../blocks/cells.ts';

export interface Cell {
  /** From 1. */
  readonly column: number;
  /** Never blank. */
  readonly text: string;
}

/** Empty cells in a row that are kept, one after the other; more are one. */
const maxGap = 16;

/** Columns of a sheet. Source: Excel specifications and limits, "Worksheet and workbook". */
export const columnsMax = 16_384;

/** Makes blocks of the rows of a sheet. The first of them names the columns when all of its cells are words. */
export class RowBlocks {
  readonly #sheet: string;
  readonly #table: number;
  #first: number | undefined;

  /** @param table number of the table in the document */
  constructor(sheet: string, table: number) {
    this.#sheet = sheet;
    this.#table = table;
  }

  /** @param cells those with text, from left to right */
  block(row: number, cells: readonly Cell[], isHeader = false): Row | undefined {
    const [first, last] = [cells[0]?.column, cells.at(-1)?.column];
    if (first === undefined || last === undefined) return undefined;
    const texts: string[] = [];
    // A row whose first cells are empty stands under its header.
    let before = this.#first !== undefined && this.#first < first ? this.#first - 1 : first - 1;
    for (const { column, text } of cells) {
      const gap = column - before - 1;
      for (let empty = 0; empty < (gap > maxGap ? 1 : gap); empty += 1) texts.push('');
      texts.push(text);
      before = column;
    }
    const isNaming =
      isHeader || (this.#first === undefined && cells.length === last - first + 1 && namesColumns(texts));
    this.#first ??= first;
    return {
      kind: 'row',
      text: texts.join(', '),
      table: this.#table,
      place: { sheet: this.#sheet, cells: cellRange(row, first, last) },
      ...(isNaming ? { header: true } : {}),
    };
  }
}
