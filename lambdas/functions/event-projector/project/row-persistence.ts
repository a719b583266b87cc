import { IdempotencyItemAlreadyExistsError } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { RowKey } from '../../../domain/projections/projection.ts';
import type { VersionedRow } from '../../../read-model/rows.ts';
import type { RowWriter } from '../../../read-model/writer.ts';

/**
 * Powertools' idempotency record, kept in the read-model row itself. A row that has absorbed version n *is* the record
 * that everything up to n was processed: it costs no extra write, cannot be lost without the row, and never expires. One
 * instance serves one row and one batch.
 *
 * - before the work: the row is read; a version at least as high as the batch's means "processed before".
 * - after the work: the row is written, unless its stored version is as high (`putHead`'s condition).
 * - after a failure: nothing was written, so there is nothing to delete.
 */
export class RowPersistence extends BasePersistenceLayer {
  /** The row as it was before the work. */
  before: VersionedRow | undefined;
  /** Whether the row was as far already when it was to be written. */
  overtaken = false;
  readonly #rows: RowWriter;
  readonly #key: RowKey;
  readonly #version: number;

  /** @param version of the stream after the batch */
  constructor(rows: RowWriter, key: RowKey, version: number) {
    super();
    this.#rows = rows;
    this.#key = key;
    this.#version = version;
  }

  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    this.before = await this.#rows.get(this.#key);
    if ((this.before?.version ?? 0) < this.#version) return;
    const completed = this.#completed(record.idempotencyKey);
    throw new IdempotencyItemAlreadyExistsError('The row has absorbed this batch', completed);
  }

  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    this.overtaken = !(await this.#rows.putHead(this.#key, record.getResponse() as object, this.#version));
  }

  protected override async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    return this.#completed(idempotencyKey);
  }

  protected override async _deleteRecord(): Promise<void> {}

  #completed(idempotencyKey: string): IdempotencyRecord {
    return new IdempotencyRecord({ idempotencyKey, status: 'COMPLETED' });
  }
}
