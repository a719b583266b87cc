import { isDeepStrictEqual } from 'node:util';
import { type Stack, StackError, type StackResource } from '../../contracts.ts';
import { type Block, blockOf, blocksOf, optionalText, textOf } from '../../stack/read.ts';
import { type EngineClient, EngineError, table } from './client.ts';

interface Key {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** A table of the stack, as DynamoDB's own requests describe it. */
export interface TableDefinition {
  readonly TableName: string;
  readonly KeySchema: readonly Key[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly BillingMode: 'PAY_PER_REQUEST';
  readonly StreamSpecification?: { readonly StreamEnabled: true; readonly StreamViewType: string };
  readonly GlobalSecondaryIndexes?: readonly object[];
  readonly LocalSecondaryIndexes?: readonly object[];
}

/** Creates the stack's tables that are not there yet. @returns the names of tables with a time to live */
export async function createTables(stack: Stack, client: EngineClient): Promise<string[]> {
  const resources = stack.of('aws_dynamodb_table');
  await Promise.all(resources.map((resource) => ensure(defineTable(resource), client)));
  const expiring = resources.flatMap((resource) => {
    const ttl = blockOf(resource, 'ttl');
    return ttl?.enabled ? [{ name: textOf(resource, 'name'), attribute: String(ttl.attribute_name) }] : [];
  });
  await Promise.all(expiring.map(({ name, attribute }) => expire(name, attribute, client)));
  return expiring.map(({ name }) => name);
}

function defineTable(resource: StackResource): TableDefinition {
  const indexes = (kind: string) => blocksOf(resource, kind).map(secondaryIndex);
  const globals = indexes('global_secondary_index');
  const locals = indexes('local_secondary_index');
  return {
    TableName: textOf(resource, 'name'),
    KeySchema: keys(textOf(resource, 'hash_key'), optionalText(resource, 'range_key')),
    AttributeDefinitions: blocksOf(resource, 'attribute').map(({ name, type }) => ({
      AttributeName: String(name),
      AttributeType: String(type),
    })),
    BillingMode: 'PAY_PER_REQUEST',
    ...(resource.values.stream_enabled
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: textOf(resource, 'stream_view_type') } }
      : {}),
    ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
  };
}

const keys = (hash: string, range: string | undefined): Key[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range ? [{ AttributeName: range, KeyType: 'RANGE' as const }] : []),
];

const secondaryIndex = (block: Block) => ({
  IndexName: block.name,
  KeySchema: keys(String(block.hash_key), block.range_key as string | undefined),
  Projection: {
    ProjectionType: block.projection_type,
    ...(block.non_key_attributes ? { NonKeyAttributes: block.non_key_attributes } : {}),
  },
});

async function ensure(definition: TableDefinition, client: EngineClient): Promise<void> {
  try {
    await client.call(table('CreateTable'), definition);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'ResourceInUseException') throw error;
    await reconcile(definition, client);
  }
}

/** A table that was there before the stack changed must still fit it. */
async function reconcile(definition: TableDefinition, client: EngineClient): Promise<void> {
  const { Table } = await client.call<{ Table: Partial<TableDefinition> }>(table('DescribeTable'), {
    TableName: definition.TableName,
  });
  if (!isDeepStrictEqual(Table.KeySchema, definition.KeySchema)) {
    throw new StackError(
      `The table ${definition.TableName} in the data directory has other keys than the stack. Start with fresh data: \`DATA=.nova-2 make dev\`, or remove the old.`,
    );
  }
  if (definition.StreamSpecification && !Table.StreamSpecification?.StreamEnabled) {
    const { TableName, StreamSpecification } = definition;
    await client.call(table('UpdateTable'), { TableName, StreamSpecification });
  }
}

async function expire(TableName: string, AttributeName: string, client: EngineClient): Promise<void> {
  const TimeToLiveSpecification = { Enabled: true, AttributeName };
  try {
    await client.call(table('UpdateTimeToLive'), { TableName, TimeToLiveSpecification });
  } catch (error) {
    // DynamoDB refuses to enable a setting twice.
    if (!(error instanceof EngineError) || error.code !== 'ValidationException') throw error;
  }
}
