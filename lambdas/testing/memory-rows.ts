import { detailsOf, type RowKey } from '../domain/projections/projection.ts';
import { itemKey, partitionKey } from '../read-model/keys.ts';
import type { VersionedRow } from '../read-model/rows.ts';
import type { RowWriter } from '../read-model/writer.ts';

const rowName = (key: RowKey) => {
  const { pk, sk } = itemKey(key, 1);
  return `${pk} ${sk}`;
};

/** The rows of one generation in memory, for tests: what the projector does with them. */
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
