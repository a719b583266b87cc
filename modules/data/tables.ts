import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { tableNameOf } from '@nova/shared/naming';
import { type TableName, tableNames, tables } from '@nova/shared/tables';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { ownKey } from './own-key.ts';

/**
 * Days of point-in-time recovery, where it is on. Erased data can be restored for that long, so tables with erasable data
 * keep only a week: stream keys, rows (which a replay rebuilds from the store), the agent's memory and the answers of
 * idempotent requests. The event store keeps DynamoDB's maximum; personal data in it is encrypted.
 */
const recoveryDays: Readonly<Record<TableName, number>> = {
  'event-store': 35,
  'stream-keys': 7,
  'session-memory': 7,
  'read-model': 7,
  requests: 7,
  'job-slots': 7,
};

/**
 * The tables, with on-demand capacity. DynamoDB encrypts them with its own key, at no cost; the table of streams' keys with a
 * key of the stage where its settings ask for one.
 */
export class Tables extends Construct {
  readonly #tables: ReadonlyMap<TableName, DynamodbTable>;
  /** ARN of the own key; none where the settings ask for none. */
  readonly ownKeyArn: string | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.ownKeyArn = settings.ownKey ? ownKey(this, settings).arn : undefined;
    const keyOf = (name: TableName) => (name === 'stream-keys' ? this.ownKeyArn : undefined);
    this.#tables = new Map(tableNames.map((name) => [name, table(this, name, settings, keyOf(name))]));
  }

  get(name: TableName): DynamodbTable {
    const found = this.#tables.get(name);
    if (!found) throw new Error(`no table ${name}`);
    return found;
  }
}

function table(
  scope: Construct,
  name: TableName,
  { prefix, protection }: Settings,
  kmsKeyArn: string | undefined,
): DynamodbTable {
  const { partitionKey, sortKey, stream, ttl } = tables[name];
  return new DynamodbTable(scope, name, {
    name: tableNameOf(prefix, name),
    billingMode: 'PAY_PER_REQUEST',
    hashKey: partitionKey,
    rangeKey: sortKey,
    attribute: [partitionKey, sortKey].map((attribute) => ({ name: attribute, type: 'S' })),
    ...(stream ? { streamEnabled: true, streamViewType: stream } : {}),
    ...(kmsKeyArn ? { serverSideEncryption: { enabled: true, kmsKeyArn } } : {}),
    ...(ttl ? { ttl: { enabled: true, attributeName: ttl } } : {}),
    pointInTimeRecovery: protection.pointInTimeRecovery
      ? { enabled: true, recoveryPeriodInDays: recoveryDays[name] }
      : { enabled: false },
    deletionProtectionEnabled: protection.deletionProtection,
  });
}
