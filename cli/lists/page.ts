import { writeJson } from '../json.ts';
import { type Column, table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { counted } from '../output/text.ts';

/** Options of every list: its range in time, and its pages. */
export interface RangeOptions {
  readonly after?: string;
  readonly before?: string;
  readonly limit: number;
  readonly cursor?: string;
}

interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor?: string | undefined;
}

/** Path of a page of a list. Options that were not given are left out. */
export function listPath(
  path: string,
  { after, before, limit, cursor }: RangeOptions,
  wanted: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams({ limit: String(limit) });
  const given = { ...wanted, createdAfter: after, createdBefore: before, cursor };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
  return `${path}?${query}`;
}

/**
 * Writes a page of a list as a table, or as JSON.
 * @param noun what an entry is called, in the singular and the plural
 */
export function writePage<Row>(
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
  [noun, plural]: readonly [string, string],
  columns: readonly Column<Row>[],
  { items, nextCursor }: Page<Row>,
): void {
  if (json) {
    writeJson(terminal, { items, ...(nextCursor === undefined ? {} : { nextCursor }) });
    return;
  }
  if (items.length > 0) table(terminal, columns, items);
  else terminal.line(nextCursor === undefined ? `No ${plural}.` : `No ${plural} on this page.`);
  terminal.note();
  const more = nextCursor === undefined ? '' : `, with more to come: add --cursor ${nextCursor}`;
  terminal.note(`${counted(items.length, noun, plural)}${more}`);
}
