import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { tableNameOf } from '@nova/shared/naming';
import { type TableName, tableNames, tables } from '@nova/shared/tables';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/**
 * Days that a table can be restored to, where it can be. What an erasure deletes can be restored for so long, so tables
 * in which that means something are kept a week: the keys that open the personal part of events, rows (which a replay
 * makes anew from the store), the agent's memory and answers to repeat. The store keeps DynamoDB's longest; what is
 * personal in it is sealed.
 */
const recoveryDays: Readonly<Record<TableName, number>> = {
  'event-store': 35,
  'stream-keys': 7,
  'session-memory': 7,
  'read-model': 7,
  requests: 7,
};

/** The tables, each on demand. DynamoDB encrypts all of them with its own key, which costs nothing. */
export class Tables extends Construct {
  readonly #tables: ReadonlyMap<TableName, DynamodbTable>;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#tables = new Map(tableNames.map((name) => [name, table(this, name, settings)]));
  }

  get(name: TableName): DynamodbTable {
    const found = this.#tables.get(name);
    if (!found) throw new Error(`no table ${name}`);
    return found;
  }
}

function table(scope: Construct, name: TableName, { prefix, protection }: Settings): DynamodbTable {
  const { partitionKey, sortKey, stream, ttl } = tables[name];
  return new DynamodbTable(scope, name, {
    name: tableNameOf(prefix, name),
    billingMode: 'PAY_PER_REQUEST',
    hashKey: partitionKey,
    rangeKey: sortKey,
    attribute: [partitionKey, sortKey].map((attribute) => ({ name: attribute, type: 'S' })),
    ...(stream ? { streamEnabled: true, streamViewType: stream } : {}),
    ...(ttl ? { ttl: { enabled: true, attributeName: ttl } } : {}),
    pointInTimeRecovery: protection.pointInTimeRecovery
      ? { enabled: true, recoveryPeriodInDays: recoveryDays[name] }
      : { enabled: false },
    deletionProtectionEnabled: protection.deletionProtection,
  });
}
