import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { functions } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import * as z from 'zod';

/**
 * Places for the calls of each key, so that slow receivers of one key leave the function's other places to other keys: one of its own, and
 * one that all keys share. Keys with slow receivers hold one place each and one more together.
 */
export interface Places {
  /**
   * Takes a place. Waits a moment for one whose call has just begun, because most receivers answer at once.
   * @returns a function that frees it; undefined when all are taken
   */
  take(tenant: string): Promise<(() => Promise<void>) | undefined>;
}

/** Milliseconds for which a place is held by a function that ended without freeing it. */
const heldMs = functions['webhook-handler'].timeoutSeconds * 1000;

/** Milliseconds between two looks at the places. */
const pauseMs = 100;

/** A place in use. */
const Held = z.object({ heldUntil: z.number() });

/** The key of a place's item. */
interface Place {
  readonly pk: string;
  readonly sk: string;
}

/** The places that a key's calls may take, its own first. */
const placesOf = (tenant: string): readonly Place[] => [
  { pk: `${tenant}#webhook-calls`, sk: 'PLACE#0' },
  { pk: 'webhook-calls', sk: 'PLACE#shared' },
];

/** Places as items of the table of requests: one item for each place in use, which only one caller can create. */
export function dynamodbPlaces(client: DynamoDBDocumentClient, table: string): Places {
  /** @returns `taken`, or when the place was taken by another: milliseconds since the epoch */
  async function takeOne(place: Place, holder: string): Promise<'taken' | number> {
    const now = Date.now();
    try {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: place,
          ConditionExpression: 'attribute_not_exists(pk) OR heldUntil < :now',
          UpdateExpression: 'SET holder = :holder, heldUntil = :until, #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ...{ ':now': now, ':holder': holder, ':until': now + heldMs },
            // DynamoDB deletes what a killed function left.
            ':ttl': Math.ceil((now + heldMs) / 1000),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'taken';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return Held.parse(unmarshall(error.Item ?? {})).heldUntil - heldMs;
    }
  }

  async function free(place: Place, holder: string): Promise<void> {
    try {
      await client.send(
        new DeleteCommand({
          TableName: table,
          Key: place,
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':holder': holder },
        }),
      );
    } catch (error) {
      // Another took it after its time.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    async take(tenant) {
      const holder = randomUUID();
      const deadline = Date.now() + limits.webhookPatienceMs;
      for (;;) {
        let newest = 0;
        for (const place of placesOf(tenant)) {
          const taken = await takeOne(place, holder);
          if (taken === 'taken') return () => free(place, holder);
          newest = Math.max(newest, taken);
        }
        const now = Date.now();
        const allSlow = now - newest > limits.webhookPatienceMs;
        if (allSlow || now >= deadline) return undefined;
        await sleep(pauseMs);
      }
    },
  };
}
