import { type Difference, type Unreadable, VerifyPage } from '@nova/shared/operations';
import { CliError } from '../errors.ts';
import type { Ask } from './ask.ts';

/** What comparing all rows with the store came to. */
export interface Verified {
  readonly streams: number;
  readonly events: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
  readonly unreadable: readonly Unreadable[];
  /** Commits in the store, as DynamoDB last counted them. */
  readonly total: number;
}

const nothing: Verified = { streams: 0, events: 0, rows: 0, differences: [], unreadable: [], total: 0 };

/**
 * Compares the rows with the store, slice by slice.
 * @param onSlice what all slices so far came to
 */
export async function verify(
  ask: Ask,
  signal: AbortSignal,
  onSlice: (soFar: Verified) => void = () => {},
): Promise<Verified> {
  let soFar = nothing;
  let cursor: string | undefined;
  do {
    const page = await ask({ operation: 'verify', ...(cursor && { cursor }) }, VerifyPage, signal);
    if (page.cursor !== undefined && page.cursor === cursor) {
      throw new CliError('The comparison does not get on: two slices ended at the same place. Try again.');
    }
    soFar = {
      streams: soFar.streams + page.streams,
      events: soFar.events + page.events,
      rows: soFar.rows + page.rows,
      differences: [...soFar.differences, ...page.differences],
      unreadable: [...soFar.unreadable, ...page.unreadable],
      total: page.total,
    };
    onSlice(soFar);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return soFar;
}
