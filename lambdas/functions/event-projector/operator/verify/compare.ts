import { isDeepStrictEqual } from 'node:util';
import type { Difference } from '@nova/shared/operations';
import type { StreamRows } from '../../../../domain/projections/fold.ts';
import type { RowKey } from '../../../../domain/projections/projection.ts';
import { itemKey } from '../../../../read-model/keys.ts';
import type { VersionedRow } from '../../../../read-model/rows.ts';

/** The rows of a stream as the read model has them. */
export interface ActualRows {
  readonly head: VersionedRow | undefined;
  /** By their ids. */
  readonly details: ReadonlyMap<string, object>;
}

/** The rows to compare, and their names in a difference. */
export interface Compared {
  readonly stream: string;
  readonly head: RowKey;
  readonly generation: number;
}

/** Differences between a stream's rows and the rows that its events produce. */
export function differencesOf(compared: Compared, expected: StreamRows, actual: ActualRows): Difference[] {
  const head = headDifference(expected, actual.head);
  if (head) return [named(compared, compared.head, head)];
  const wanted = new Map(expected.details.map(({ key, row }) => [key.id, row]));
  const details = [...new Set([...wanted.keys(), ...actual.details.keys()])].flatMap((id) => {
    const found = rowDifference(wanted.get(id), actual.details.get(id));
    return found ? [named(compared, { ...compared.head, of: compared.head.id, id }, found)] : [];
  });
  return details;
}

type Found = Pick<Difference, 'kind' | 'detail'>;

function headDifference(expected: StreamRows, actual: VersionedRow | undefined): Found | undefined {
  if (expected.version === 0) return undefined;
  const at = `version ${expected.version}`;
  if (!actual) return { kind: 'missing', detail: `the stream is at ${at}` };
  if (actual.version < expected.version) {
    return { kind: 'behind', detail: `has absorbed version ${actual.version}; the stream is at ${at}` };
  }
  if (actual.version > expected.version) {
    return { kind: 'differs', detail: `says version ${actual.version}; the stream is at ${at}` };
  }
  return rowDifference(expected.head, actual.row);
}

function rowDifference(expected: object | undefined, actual: object | undefined): Found | undefined {
  if (!actual) return { kind: 'missing', detail: 'an event made it' };
  if (!expected) return { kind: 'stray', detail: 'no event made it, or one erased it' };
  const [wanted, there] = [stored(expected), stored(actual)];
  const members = [...new Set([...Object.keys(wanted), ...Object.keys(there)])].filter(
    (member) => !isDeepStrictEqual(wanted[member], there[member]),
  );
  return members.length > 0 ? { kind: 'differs', detail: `in ${members.sort().join(', ')}` } : undefined;
}

/** As a table holds it: without undefined members. */
const stored = (row: object): Record<string, unknown> => JSON.parse(JSON.stringify(row));

function named({ stream, generation }: Compared, key: RowKey, found: Found): Difference {
  const { pk, sk } = itemKey(key, generation);
  return { stream, row: `${pk} ${sk}`, ...found };
}
