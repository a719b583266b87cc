import type { RowKey } from '../../domain/projections/projection.ts';
import type { ReadModelWriter, VersionedRow } from '../read-model/rows.ts';

const nameOf = ({ pk, sk }: RowKey) => `${pk} ${sk}`;

/** The rows of the read model in memory, for tests: what the projector does with them. */
export function memoryRows(): ReadModelWriter & { readonly details: ReadonlyMap<string, object> } {
  const heads = new Map<string, VersionedRow>();
  const details = new Map<string, object>();
  return {
    details,
    async get<Row extends object>(key: RowKey) {
      return heads.get(nameOf(key)) as VersionedRow<Row> | undefined;
    },
    async putHead(key, row, version) {
      const name = nameOf(key);
      if ((heads.get(name)?.version ?? 0) < version) heads.set(name, { row, version });
    },
    async putDetail(key, row) {
      details.set(nameOf(key), row);
    },
    async eraseDetails(partition) {
      for (const name of details.keys()) if (name.startsWith(`${partition} `)) details.delete(name);
    },
  };
}
