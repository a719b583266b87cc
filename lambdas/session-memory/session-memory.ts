import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { memoryKey } from '@nova/shared/tables';
import * as z from 'zod';
import { fitTurns, type History, RememberedTurn } from './history.ts';

/** What the agent remembers of a session, and where its stream stood. */
export interface Remembered extends History {
  /** Version of the session's stream that this has absorbed. */
  readonly version: number;
  /** Turns of the session so far, those no longer remembered included. */
  readonly turnCount: number;
}

/**
 * Memory of sessions. It is a snapshot: all that is said is in the session's stream. A stale one is brought up to date from
 * there; a lost one costs the summary, since only the newest turns are read anew.
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
  turnCount: z.int().nonnegative(),
  summary: z.string(),
  turns: z.array(RememberedTurn),
  /** The session was deleted; nothing else is kept of it. */
  forgotten: z.literal(true).optional(),
  /** Seconds since 1970, as DynamoDB's TTL wants it. */
  ttl: z.number(),
});
type MemoryItem = z.infer<typeof MemoryItem>;

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const expiry = (now: Date) => seconds(now) + limits.sessionTtlSeconds;
const keyOf = ({ tenant, id }: StreamId) => ({ session_id: memoryKey(tenant, id), sk: sortKey });

/** The item in place of a memory that was erased. */
export const forgottenItem = (session: StreamId, version: number, now: Date) => ({
  ...keyOf(session),
  ...({
    ...{ version, turnCount: 0, summary: '', turns: [] },
    ...{ forgotten: true, ttl: expiry(now) },
  } satisfies MemoryItem),
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
      // An item of another form is another build's: the record has all that it could say.
      const { success, data } = MemoryItem.safeParse(Item);
      if (!success || data.forgotten) return undefined;
      const { ttl, forgotten: _, ...remembered } = data;
      // DynamoDB deletes expired items within days, not at once.
      return ttl > seconds(now) ? remembered : undefined;
    },

    async keep(session, { version, turnCount, summary, turns }, now) {
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
