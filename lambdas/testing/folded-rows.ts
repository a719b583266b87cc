import { foldRows } from '../domain/projections/fold.ts';
import { newest, projections } from '../domain/projections/index.ts';
import type { RowKey } from '../domain/projections/projection.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ReadModel, VersionedRow } from '../read-model/rows.ts';

/** The head rows a projector that is never behind would have made of a store's streams, for tests. */
export function foldedRows(store: EventStore): ReadModel {
  return {
    async get<Row extends object>({ tenant, collection, id }: RowKey) {
      const { events } = await store.load({ tenant, aggregate: collection, id });
      const { head, version } = foldRows(newest(projections, collection), events);
      return head && ({ row: head, version } as VersionedRow<Row>);
    },
    page: () => Promise.reject(new Error('Only head rows are folded')),
    between: () => Promise.reject(new Error('Only head rows are folded')),
  };
}
