import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { memoryKey } from '@nova/shared/tables';
import * as z from 'zod';
import { fitHistory, type RememberedTurn } from './history.ts';

/** What the agent remembers of a session: where its stream stood, and the newest turns word for word. */
export interface Remembered {
  /** Version of the session's stream that this has absorbed. */
  readonly version: number;
  /** Turns of the session so far, those no longer remembered included. */
  readonly turns: number;
  /** Oldest first. */
  readonly history: readonly RememberedTurn[];
}

/**
 * Memory of sessions. It is a snapshot: all that is said is in the session's stream, so a lost or stale one costs the
 * details of tool calls and nothing else.
 */
export interface SessionMemory {
  /** @returns undefined when nothing is remembered, or no longer */
  recall(session: StreamId, now: Date): Promise<Remembered | undefined>;
  /** Keeps a snapshot until {@link limits.sessionTtlSeconds} from now, unless a newer one is there or it was forgotten. */
  keep(session: StreamId, memory: Remembered, now: Date): Promise<void>;
}

/** The one item of a session. */
const sortKey = 'SESSION#METADATA';

const MemoryItem = z.object({
  version: z.int().nonnegative(),
  turns: z.int().nonnegative(),
  /** JSON, because a model may write tool input that a DynamoDB map cannot hold (1e300, an empty key). */
  history: z.string(),
  /** The session was deleted; nothing else is kept of it. */
  forgotten: z.literal(true).optional(),
  /** Seconds since 1970, as DynamoDB's TTL wants it. */
  ttl: z.number(),
});

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const expiry = (now: Date) => seconds(now) + limits.sessionTtlSeconds;
const keyOf = ({ tenant, id }: StreamId) => ({ session_id: memoryKey(tenant, id), sk: sortKey });

/** The item in place of a memory that was erased. */
export const forgottenItem = (session: StreamId, version: number, now: Date) => ({
  ...keyOf(session),
  ...({ version, turns: 0, history: '[]', forgotten: true, ttl: expiry(now) } satisfies z.input<
    typeof MemoryItem
  >),
});

export function dynamodbSessionMemory(client: DynamoDBDocumentClient, table: string): SessionMemory {
  return {
    async recall(session, now) {
      const { Item } = await client.send(
        new GetCommand({
          TableName: table,
          Key: keyOf(session),
          ConsistentRead: true,
        }),
      );
      if (!Item) return undefined;
      const { version, turns, history, forgotten, ttl } = MemoryItem.parse(Item);
      // DynamoDB deletes expired items within days, not at once.
      return ttl > seconds(now) && !forgotten ? { version, turns, history: JSON.parse(history) } : undefined;
    },

    async keep(session, { version, turns, history }, now) {
      const memory: z.input<typeof MemoryItem> = {
        version,
        turns,
        history: JSON.stringify(fitHistory(history)),
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
