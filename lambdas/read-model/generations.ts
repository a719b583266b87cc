import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Aggregate, aggregates } from '@nova/shared/events/index';
import type { Unreadable } from '@nova/shared/operations';
import { newest, type Projections } from '../domain/projections/index.ts';
import type { ItemKey } from './keys.ts';

/** Rows of one collection that one version of its projection has built, beside those of other generations. */
export interface Generation {
  /** In the rows' partition keys; never used twice. */
  readonly generation: number;
  /** Of the projection. */
  readonly version: number;
}

/** Rows that are no longer read, until they are deleted. */
export interface Retiring {
  readonly generation: number;
  /** Whether the projector still writes them: for readers that have not heard yet. */
  readonly written: boolean;
  /** ISO 8601, UTC: when the next step may be taken. */
  readonly after: string;
  /** How far the sweep for its rows has come in the table. */
  readonly swept?: ItemKey;
}

/** A replay that has begun and not ended. */
export interface Replay {
  readonly phase: 'building' | 'blocked' | 'retiring';
  readonly generation: number;
  /** How far the scan of the store has come; absent at the start. */
  readonly cursor?: ItemKey;
  /** Whether the scan has come to its end. */
  readonly scanned: boolean;
  readonly commits: number;
  readonly streams: number;
  /** Number of old rows deleted so far; absent before the deletion starts. */
  readonly swept?: number;
  /** The first commit that cannot be read of each stream that has one. */
  readonly unreadable: readonly Unreadable[];
}

/** How the rows of one collection stand. */
export interface ProjectionState {
  /** Counts changes: who changes the state says which one they saw. */
  readonly revision: number;
  readonly read: Generation;
  /** What the projector keeps up to date; holds `read`. */
  readonly write: readonly Generation[];
  /** The highest number given to a generation so far. */
  readonly last: number;
  readonly retiring: readonly Retiring[];
  readonly replay?: Replay | undefined;
}

export type ReadModelState = Readonly<Record<Aggregate, ProjectionState>>;

/** The one item that says which generations of rows there are. */
export const stateKey = { pk: 'projections', sk: 'state' };

/** Generation that is read where no state is on record yet: the first. */
export const firstGeneration = 1;

export interface StateStore {
  /** The current state. The first call records what is missing. */
  load(): Promise<ReadModelState>;
  /** @returns whether it was changed; false when another process has changed it since it was loaded */
  save(aggregate: Aggregate, seen: ProjectionState, next: ProjectionState): Promise<boolean>;
}

export function stateStore(
  client: DynamoDBDocumentClient,
  table: string,
  projections: Projections,
): StateStore {
  return {
    async load() {
      const found = await loadState(client, table);
      return isComplete(found) ? found : begin(client, table, projections);
    },

    async save(aggregate, seen, next) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: stateKey,
            UpdateExpression: 'SET #collection = :next',
            ConditionExpression: '#collection.revision = :seen',
            ExpressionAttributeNames: { '#collection': aggregate },
            ExpressionAttributeValues: {
              ':next': { ...next, revision: seen.revision + 1 },
              ':seen': seen.revision,
            },
          }),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return false;
      }
    },
  };
}

/** @returns the recorded state: none at first, and none of a collection that is new in this build */
export async function loadState(
  client: DynamoDBDocumentClient,
  table: string,
): Promise<Partial<ReadModelState>> {
  const { Item = {} } = await client.send(
    new GetCommand({ TableName: table, Key: stateKey, ConsistentRead: true }),
  );
  return Item;
}

const isComplete = (state: Partial<ReadModelState>): state is ReadModelState =>
  aggregates.every((aggregate) => state[aggregate]);

/** Records the first generation of each collection that has none; safe to run concurrently. */
async function begin(
  client: DynamoDBDocumentClient,
  table: string,
  projections: Projections,
): Promise<ReadModelState> {
  const each = (write: (aggregate: Aggregate) => string) => aggregates.map(write).join(', ');
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName: table,
      Key: stateKey,
      UpdateExpression: `SET ${each((name) => `#${name} = if_not_exists(#${name}, :${name})`)}`,
      ExpressionAttributeNames: Object.fromEntries(aggregates.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        aggregates.map((name) => [`:${name}`, initialState(newest(projections, name).version)]),
      ),
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes as unknown as ReadModelState;
}

/** A collection with rows that are built as events arrive, from the first event. */
export function initialState(version: number): ProjectionState {
  const first = { generation: firstGeneration, version };
  return { revision: 1, read: first, write: [first], last: firstGeneration, retiring: [] };
}
