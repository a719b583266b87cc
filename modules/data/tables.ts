import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { tableNameOf } from '@nova/shared/naming';
import { type TableName, tableNames, tables } from '@nova/shared/tables';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

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
    pointInTimeRecovery: { enabled: protection.pointInTimeRecovery },
    deletionProtectionEnabled: protection.deletionProtection,
  });
}
