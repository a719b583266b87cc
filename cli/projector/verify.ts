import { type Difference, type Unreadable, VerifyPage } from '@nova/shared/operations';
import { CliError } from '../errors.ts';
import type { AskProjector } from './ask.ts';

/** The result of comparing the rows with the event store. */
export interface Verification {
  readonly streams: number;
  readonly events: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
  readonly unreadable: readonly Unreadable[];
  /** Commits in the store, by DynamoDB's last count. */
  readonly total: number;
}

const none: Verification = { streams: 0, events: 0, rows: 0, differences: [], unreadable: [], total: 0 };

/**
 * Compares the rows with the event store, slice by slice.
 * @param onSlice called with the result of all slices so far
 */
export async function verify(
  askProjector: AskProjector,
  signal: AbortSignal,
  onSlice: (soFar: Verification) => void = () => {},
): Promise<Verification> {
  let soFar = none;
  let cursor: string | undefined;
  do {
    const page = await askProjector({ operation: 'verify', ...(cursor && { cursor }) }, VerifyPage, signal);
    if (page.cursor !== undefined && page.cursor === cursor) {
      throw new CliError(
        'The comparison makes no progress: two slices ended at the same position. Try again.',
      );
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
