import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

/** The slots of a key's jobs. A job holds a slot from its request to its end. */
export interface SlotsOfKey {
  /** Of all jobs that have not ended. */
  readonly open: ReadonlySet<string>;
  /** Of those that found too many others running. */
  readonly waiting: ReadonlySet<string>;
  /** Of those that may run. */
  readonly running: ReadonlySet<string>;
}

export interface SlotChange {
  readonly made: boolean;
  /** As they are after the change; when none was made, as they were. */
  readonly slots: SlotsOfKey;
}

/** The slots of all keys' jobs. Each change is one conditional update, and changes nothing when it is repeated. */
export interface JobSlots {
  /** Opens slots, all or none. @param most open slots of the key afterwards; not fewer than these slots */
  open(tenant: string, slots: readonly string[], most: number): Promise<SlotChange>;
  /** Lets a slot's job run; opens the slot if it is not open. @param most running jobs of the key afterwards */
  run(tenant: string, slot: string, most: number): Promise<SlotChange>;
  /** Lets a slot's job wait; opens the slot if it is not open. @param most open slots of the key afterwards */
  wait(tenant: string, slot: string, most: number): Promise<SlotChange>;
  /** Removes slots, at least one. */
  release(tenant: string, slots: readonly string[]): Promise<SlotsOfKey>;
  /** Removes a slot whose job neither waits nor runs. */
  withdraw(tenant: string, slot: string): Promise<void>;
  get(tenant: string): Promise<SlotsOfKey>;
}

const Slots = z.set(z.string()).default(new Set());
const Item = z.object({ open: Slots, waiting: Slots, running: Slots });

const sortKey = 'jobs';
const [open, waiting, running] = [{ '#open': 'open' }, { '#waiting': 'waiting' }, { '#running': 'running' }];

type Change = Pick<
  UpdateCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * The slots in DynamoDB: an item for each key, with three sets of strings. Source: Amazon DynamoDB developer guide, "Using update
 * expressions in DynamoDB" (ADD and DELETE on sets), and "Condition and filter expressions, operators, and functions in DynamoDB" (size
 * of a set: its elements). The guide does not say what `size` and `contains` are for an attribute that does not exist, as a set without
 * elements never does, so each condition names that case.
 */
export function dynamodbJobSlots(client: DynamoDBDocumentClient, table: string): JobSlots {
  const keyOf = (tenant: string) => ({ TableName: table, Key: { pk: tenant, sk: sortKey } });
  const update = async (tenant: string, change: Change): Promise<SlotChange> => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          ...keyOf(tenant),
          ...change,
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { made: true, slots: Item.parse(Attributes ?? {}) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { made: false, slots: Item.parse(unmarshall(error.Item ?? {})) };
    }
  };
  return {
    async open(tenant, slots, most) {
      const { made, slots: now } = await update(tenant, {
        UpdateExpression: 'ADD #open :slots',
        ConditionExpression: 'attribute_not_exists(#open) OR size(#open) <= :room',
        ExpressionAttributeNames: open,
        ExpressionAttributeValues: { ':slots': new Set(slots), ':room': most - slots.length },
      });
      return { made: made || slots.every((slot) => now.open.has(slot)), slots: now };
    },

    run: (tenant, slot, most) =>
      update(tenant, {
        UpdateExpression: 'ADD #open :slots, #running :slots DELETE #waiting :slots',
        ConditionExpression:
          'attribute_not_exists(#running) OR size(#running) < :most OR contains(#running, :slot)',
        ExpressionAttributeNames: { ...open, ...waiting, ...running },
        ExpressionAttributeValues: { ':slots': new Set([slot]), ':slot': slot, ':most': most },
      }),

    wait: (tenant, slot, most) =>
      update(tenant, {
        UpdateExpression: 'ADD #open :slots, #waiting :slots',
        ConditionExpression: 'attribute_not_exists(#open) OR size(#open) < :most OR contains(#open, :slot)',
        ExpressionAttributeNames: { ...open, ...waiting },
        ExpressionAttributeValues: { ':slots': new Set([slot]), ':slot': slot, ':most': most },
      }),

    async release(tenant, slots) {
      const { slots: left } = await update(tenant, {
        UpdateExpression: 'DELETE #open :slots, #waiting :slots, #running :slots',
        ExpressionAttributeNames: { ...open, ...waiting, ...running },
        ExpressionAttributeValues: { ':slots': new Set(slots) },
      });
      return left;
    },

    async withdraw(tenant, slot) {
      await update(tenant, {
        UpdateExpression: 'DELETE #open :slots',
        ConditionExpression:
          '(attribute_not_exists(#waiting) OR NOT contains(#waiting, :slot)) AND (attribute_not_exists(#running) OR NOT contains(#running, :slot))',
        ExpressionAttributeNames: { ...open, ...waiting, ...running },
        ExpressionAttributeValues: { ':slots': new Set([slot]), ':slot': slot },
      });
    },

    async get(tenant) {
      const { Item: item } = await client.send(new GetCommand({ ...keyOf(tenant), ConsistentRead: true }));
      return Item.parse(item ?? {});
    },
  };
}
