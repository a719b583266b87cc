import type { StreamEvent } from '@nova/shared/events/index';
import { newest, type Projections, projections } from '../../../../lambdas/domain/projections/index.ts';
import { headKey, type RowKey } from '../../../../lambdas/domain/projections/projection.ts';
import { itemKey } from '../../../../lambdas/read-model/keys.ts';

/** Rows by their keys in the table: partition and sort key. */
export type Rows = Record<string, object>;

/** Every row of the events of one stream: all of them folded, one by one. */
export function rowsOf(events: readonly StreamEvent[], generation = 1, all: Projections = projections): Rows {
  const first = events[0];
  if (!first) return {};
  const projection = newest(all, first.stream.aggregate);
  const head = events.reduce<object | undefined>((row, event) => projection.evolve(row, event), undefined);
  const isErased = events.some((event) => projection.erases?.(event));
  const details = isErased ? [] : events.flatMap((event) => projection.details?.(event) ?? []);
  const named = (key: RowKey) => rowName(itemKey(key, generation));
  return {
    [named(headKey(first.stream))]: { ...head, version: events.length },
    ...Object.fromEntries(details.map(({ key, row }) => [named(key), row])),
  };
}

/** Every row of some streams, each with its events in order. */
export const rowsOfAll = (streams: readonly (readonly StreamEvent[])[]): Rows =>
  Object.assign({}, ...streams.map((events) => rowsOf(events)));

/** Items of the read model's table as rows, without the one with the current generation. */
export function rowsIn(items: readonly Record<string, unknown>[]): Rows {
  const rows = items.filter(({ pk }) => pk !== 'projections');
  return Object.fromEntries(
    rows.map(({ pk, sk, ...row }) => [rowName({ pk: String(pk), sk: String(sk) }), row]),
  );
}

const rowName = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk} ${sk}`;
