/** Letters of a column of a sheet: 1 is `A`, 27 is `AA`. */
export function columnName(column: number): string {
  let [name, rest] = ['', column];
  while (rest > 0) {
    rest -= 1;
    name = String.fromCharCode(65 + (rest % 26)) + name;
    rest = Math.floor(rest / 26);
  }
  return name;
}

/** The range of cells in a row, such as `A2:D2`; columns and rows are numbered from 1. */
export const cellRange = (row: number, first: number, last: number): string =>
  first === last ? `${columnName(first)}${row}` : `${columnName(first)}${row}:${columnName(last)}${row}`;

/** Whether the first row of a table names its columns: each cell is a text, and none is a number. */
export const namesColumns = (cells: readonly string[]): boolean =>
  cells.length > 1 && cells.every((cell) => cell.trim() !== '' && !/^[-+\d.,\s%€$£¥/:]+$/.test(cell));
