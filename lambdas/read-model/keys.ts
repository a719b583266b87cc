import { type Aggregate, aggregates } from '@nova/shared/events/index';
import type { RowKey, RowPartition } from '../domain/projections/projection.ts';

/** Where rows are in the table: `<tenant>#<collection>@<generation>`, and behind another `#` the stream of detail rows. */

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export function partitionKey({ tenant, collection, of }: RowPartition, generation: number): string {
  const rows = `${tenant}#${collection}@${generation}`;
  return of === undefined ? rows : `${rows}#${of}`;
}

export const itemKey = (key: RowKey, generation: number): ItemKey => ({
  pk: partitionKey(key, generation),
  sk: key.id,
});

/** A row's key and generation, parsed from its item key. */
export interface RowPlace {
  readonly key: RowKey;
  readonly generation: number;
}

const partitionPattern = /^(?<tenant>[^#]+)#(?<collection>[^#@]+)@(?<generation>[1-9]\d*)(?:#(?<of>[^#]+))?$/;

/** @returns undefined when the key is no row's key */
export function rowPlaceOf({ pk, sk }: ItemKey): RowPlace | undefined {
  const { tenant, collection, generation, of } = partitionPattern.exec(pk)?.groups ?? {};
  const known: Aggregate | undefined = aggregates.find((name) => name === collection);
  if (!tenant || !known) return undefined;
  const key = { tenant, collection: known, id: sk, ...(of === undefined ? {} : { of }) };
  return { key, generation: Number(generation) };
}
