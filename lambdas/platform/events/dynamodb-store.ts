import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type CommitItem, parseCommit } from '@nova/shared/events/commit';
import { events as eventTypes, type StreamEvent, type StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey, versionKey } from '@nova/shared/tables';
import {
  type Commit,
  CommitTooLargeError,
  ConcurrencyError,
  type EventStore,
  STREAM_DOES_NOT_EXIST,
} from './store.ts';

/** The event store on one DynamoDB table: one item a commit, sorted by the version of its first event. */
export function dynamodbEventStore(client: DynamoDBDocumentClient, table: string): EventStore {
  return {
    async load(stream, after = STREAM_DOES_NOT_EXIST) {
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': streamKey(stream), ':after': versionKey(after) },
          ConsistentRead: true,
        },
      );
      const events: StreamEvent[] = [];
      for await (const page of pages) {
        for (const item of page.Items ?? []) events.push(...parseCommit(item));
      }
      return { events, version: events.at(-1)?.version ?? after };
    },

    async version(stream) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': streamKey(stream) },
          ProjectionExpression: 'sk, #count',
          ExpressionAttributeNames: { '#count': 'count' },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      const last = Items?.[0];
      return last ? Number(last.sk) + Number(last.count) - 1 : STREAM_DOES_NOT_EXIST;
    },

    async append(stream, expectedVersion, commit) {
      const item = commitItem(stream, expectedVersion, commit);
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: item,
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The answer carries the commit that is there. Our own: an earlier try's answer was lost, not its write.
        const winner = error.Item?.commitId?.S ?? 'unknown';
        const count = Number(error.Item?.count?.N ?? 1);
        if (winner !== commit.commitId) throw new ConcurrencyError(item.pk, expectedVersion, winner, count);
      }
      return expectedVersion + commit.events.length;
    },
  };
}

function commitItem(stream: StreamId, expectedVersion: number, commit: Commit): CommitItem {
  const item: CommitItem = {
    pk: streamKey(stream),
    sk: versionKey(expectedVersion + 1),
    commitId: commit.commitId,
    count: commit.events.length,
    events: commit.events.map(({ type, data }) => ({
      type,
      schemaVersion: eventTypes[type].schemaVersion,
      occurredAt: commit.occurredAt.toISOString(),
      data: eventTypes[type].data.parse(data) as Record<string, unknown>,
      metadata: commit.metadata,
    })),
  };
  refuseUnfit(item);
  return item;
}

function refuseUnfit(item: CommitItem): void {
  if (item.count < 1 || item.count > limits.eventsPerCommit) {
    throw new CommitTooLargeError(`A commit holds 1 to ${limits.eventsPerCommit} events, not ${item.count}`);
  }
  // JSON is never smaller than what DynamoDB counts for the same strings and numbers, so this refuses in time.
  const bytes = Buffer.byteLength(JSON.stringify(item));
  if (bytes > limits.dynamodbItemBytes) {
    const detail = `${bytes} bytes in a commit of ${item.pk}, ${limits.dynamodbItemBytes} at most`;
    throw new CommitTooLargeError(`${detail}; put payloads in S3`);
  }
}
