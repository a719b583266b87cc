import { type Aggregate, aggregates } from '@nova/shared/events/index';
import { foldRows } from '../domain/projections/fold.ts';
import { newest, type Projections, projections } from '../domain/projections/index.ts';
import { detailsOf, type RowKey } from '../domain/projections/projection.ts';
import type { EventStore } from '../event-store/store.ts';
import { initialState, type ProjectionState, type StateStore } from '../read-model/generations.ts';
import { itemKey, partitionKey } from '../read-model/keys.ts';
import type { ReadModel, VersionedRow } from '../read-model/rows.ts';
import type { RowWriter } from '../read-model/writer.ts';

const rowName = (key: RowKey) => {
  const { pk, sk } = itemKey(key, 1);
  return `${pk} ${sk}`;
};

/** The rows of one generation in memory, for tests, with the projector's operations. */
export function memoryRows(): RowWriter & { readonly details: ReadonlyMap<string, object> } {
  const heads = new Map<string, VersionedRow>();
  const details = new Map<string, object>();
  const eraseDetails: RowWriter['eraseDetails'] = async (partition) => {
    const start = `${partitionKey(partition, 1)} `;
    for (const name of details.keys()) if (name.startsWith(start)) details.delete(name);
  };
  return {
    details,
    eraseDetails,
    async get(key) {
      return heads.get(rowName(key));
    },
    async putHead(key, row, version) {
      const name = rowName(key);
      if ((heads.get(name)?.version ?? 0) >= version) return false;
      heads.set(name, { row, version });
      return true;
    },
    async putDetail(key, row) {
      details.set(rowName(key), row);
    },
    async eraseStream(head) {
      heads.delete(rowName(head));
      await eraseDetails(detailsOf(head));
    },
  };
}

/** The head rows of a projector that is always up to date with a store's streams, for tests. */
export function foldedRows(store: EventStore): ReadModel {
  async function get<Row extends object>({ tenant, collection, id }: RowKey) {
    const { events } = await store.load({ tenant, aggregate: collection, id });
    const { head, version } = foldRows(newest(projections, collection), events);
    return head && ({ row: head, version } as VersionedRow<Row>);
  }
  return {
    get,
    async all<Row extends object>(keys: readonly RowKey[]) {
      const found = await Promise.all(keys.map((key) => get<Row>(key)));
      return found.flatMap((one) => one?.row ?? []);
    },
    page: () => Promise.reject(new Error('Only head rows are folded')),
    between: () => Promise.reject(new Error('Only head rows are folded')),
  };
}

/** The read model's generations in memory, for tests, with the same contract as the real one. */
export function memoryStates(projections: Projections): StateStore {
  const states = Object.fromEntries(
    aggregates.map((aggregate) => [aggregate, initialState(newest(projections, aggregate).version)]),
  ) as Record<Aggregate, ProjectionState>;
  return {
    async load() {
      return { ...states };
    },
    async save(aggregate, seen, next) {
      if (states[aggregate].revision !== seen.revision) return false;
      states[aggregate] = { ...next, revision: seen.revision + 1 };
      return true;
    },
  };
}
