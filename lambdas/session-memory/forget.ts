import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { forgottenItem } from './session-memory.ts';

/**
 * Erases all that the agent remembers of a session. That it was forgotten stays for a day, so that a turn which was
 * being answered meanwhile does not bring it back.
 * @param version of the event that deleted the session: no turn has a later one
 */
export async function forgetSession(
  client: DynamoDBDocumentClient,
  table: string,
  session: StreamId,
  version: number,
  now: Date,
): Promise<void> {
  await client.send(new PutCommand({ TableName: table, Item: forgottenItem(session, version, now) }));
}
