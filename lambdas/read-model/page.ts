import { DomainError } from '../domain/errors.ts';

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string;
}

export interface PageOptions<Row> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** `ascending` by id, or `descending`. */
  readonly order: 'ascending' | 'descending';
  /** The rows of the page; all when absent. The page is shorter than its limit when a bounded number of reads does not fill it. */
  readonly where?: (row: Row) => boolean;
  /** Ids from here, and up to there. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Every id is between the two: ids are hexadecimal digits, or digits. */
export const firstId = ' ';
export const lastId = '~';

/** Reads for one page at most, and rows of each but the first. Our own: together a thousand rows. */
const readsPerPage = 5;
const rowsPerRead = 250;

/** Rows of one read, and whether more follow. */
interface Read<Row> {
  readonly found: readonly { readonly id: string; readonly row: Row }[];
  readonly more: boolean;
}

/** A page of the rows that are wanted, read after read. */
export async function fillPage<Row>(
  { limit, cursor, where, from = firstId, to = lastId }: PageOptions<Row>,
  read: (after: string | undefined, limit: number) => Promise<Read<Row>>,
): Promise<Page<Row>> {
  const rows: Row[] = [];
  let after = cursor === undefined ? undefined : decodeCursor(cursor, from, to);
  for (let reads = 0; reads < readsPerPage; reads++) {
    const { found, more } = await read(after, reads === 0 ? limit : rowsPerRead);
    for (const [index, { id, row }] of found.entries()) {
      after = id;
      if (!where || where(row)) rows.push(row);
      if (rows.length < limit) continue;
      const last = !more && index === found.length - 1;
      return last ? { rows } : { rows, nextCursor: encodeCursor(after) };
    }
    if (!more) return { rows };
  }
  return after === undefined ? { rows } : { rows, nextCursor: encodeCursor(after) };
}

/** A cursor holds an id only; the partition comes from the caller, so a cursor cannot reach another tenant's rows. */
const encodeCursor = (id: string) => Buffer.from(id).toString('base64url');

/** DynamoDB refuses a start outside the range of the keys. */
function decodeCursor(cursor: string, from: string, to: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (id !== '' && encodeCursor(id) === cursor && id >= from && id <= to) return id;
  throw new DomainError('invalid-request', 'cursor: is not one that this list gave; start without it.');
}
