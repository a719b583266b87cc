import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { memoryKey } from '@nova/shared/tables';
import * as z from 'zod';
import { fitTurns, type History, RememberedTurn } from './history.ts';

/** The agent's memory of a session, up to one version of the session's stream. */
export interface RememberedSession extends History {
  /** Version of the stream that this memory includes. */
  readonly version: number;
  /** Turns of the session so far, including those that are no longer remembered. */
  readonly turnCount: number;
}

/**
 * Memory of sessions. It is a snapshot: the session's stream holds the whole conversation. A stale snapshot is brought up
 * to date from the stream; a lost one costs the summary, because only the newest turns are read again.
 */
export interface SessionMemory {
  /** @returns undefined when nothing is remembered, or the memory has expired */
  load(session: StreamId, now: Date): Promise<RememberedSession | undefined>;
  /**
   * Saves a snapshot for {@link limits.sessionTtlSeconds} from now. A newer snapshot and a deleted session's marker stay.
   */
  save(session: StreamId, memory: RememberedSession, now: Date): Promise<void>;
}

/** Each session has one item, at this sort key. */
const sortKey = 'SESSION#METADATA';

const MemoryItem = z.object({
  version: z.int().nonnegative(),
  turnCount: z.int().nonnegative(),
  summary: z.string(),
  turns: z.array(RememberedTurn),
  /** Marks a deleted session; the other members are empty then. */
  forgotten: z.literal(true).optional(),
  /** Seconds since 1970, as DynamoDB's TTL requires. */
  ttl: z.number(),
});
type MemoryItem = z.infer<typeof MemoryItem>;

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const expiry = (now: Date) => seconds(now) + limits.sessionTtlSeconds;
const keyOf = ({ tenant, id }: StreamId) => ({ session_id: memoryKey(tenant, id), sk: sortKey });

/** The marker that replaces an erased memory. */
const forgottenItem = (session: StreamId, version: number, now: Date) => ({
  ...keyOf(session),
  ...({
    ...{ version, turnCount: 0, summary: '', turns: [] },
    ...{ forgotten: true, ttl: expiry(now) },
  } satisfies MemoryItem),
});

/**
 * Erases the agent's memory of a session. A marker stays for a day, so that a turn in progress does not bring the memory
 * back.
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

/** Session memory in a DynamoDB table, one item for each session. */
export function dynamodbSessionMemory(client: DynamoDBDocumentClient, table: string): SessionMemory {
  return {
    async load(session, now) {
      const { Item } = await client.send(
        new GetCommand({
          TableName: table,
          Key: keyOf(session),
          ConsistentRead: true,
        }),
      );
      // An item in another format comes from another build; the stream holds the same facts.
      const { success, data } = MemoryItem.safeParse(Item);
      if (!success || data.forgotten) return undefined;
      const { ttl, forgotten: _, ...remembered } = data;
      // DynamoDB deletes expired items within days, not immediately.
      return ttl > seconds(now) ? remembered : undefined;
    },

    async save(session, { version, turnCount, summary, turns }, now) {
      const memory: MemoryItem = {
        version,
        turnCount,
        summary,
        turns: [...fitTurns(turns)],
        ttl: expiry(now),
      };
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keyOf(session), ...memory },
            ConditionExpression: 'attribute_not_exists(session_id) OR #version < :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
