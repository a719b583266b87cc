import { DeleteCommand, type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { memoryKey } from '@nova/shared/tables';

/** Deletes all that the agent remembers of a session. */
export async function forgetSession(
  client: DynamoDBDocumentClient,
  table: string,
  { tenant, id }: StreamId,
): Promise<void> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: 'session_id = :session',
      ExpressionAttributeValues: { ':session': memoryKey(tenant, id) },
      ProjectionExpression: 'session_id, sk',
    },
  );
  for await (const page of pages) {
    for (const Key of page.Items ?? []) await client.send(new DeleteCommand({ TableName: table, Key }));
  }
}
