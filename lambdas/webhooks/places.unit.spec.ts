import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, type UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { limits } from '@nova/shared/limits';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamodbPlaces } from './places.ts';

/** Calls at once of all keys, as the stages set it (`webhookConcurrency`). */
const functionPlaces = 5;
/** Of one key: its own, and the one that all share. */
const placesOfKey = 2;

/** A table that honours the two conditions of places. */
function aTable() {
  const items = new Map<string, { holder: string; heldUntil: number }>();
  const refuse = (item: object) => {
    throw new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item: marshall(item) });
  };
  const client = {
    async send(command: UpdateCommand | DeleteCommand) {
      const { Key, ExpressionAttributeValues: values = {} } = command.input;
      const key = `${Key?.pk}/${Key?.sk}`;
      const item = items.get(key);
      if (command instanceof DeleteCommand) {
        if (item?.holder !== values[':holder']) refuse({});
        items.delete(key);
        return {};
      }
      if (item && item.heldUntil >= Number(values[':now'])) refuse(item);
      items.set(key, { holder: values[':holder'], heldUntil: values[':until'] });
      return {};
    },
  };
  return { items, places: dynamodbPlaces(client as unknown as DynamoDBDocumentClient, 'requests') };
}

beforeEach(() => void vi.useFakeTimers({ now: 1e12 }));
afterEach(() => void vi.useRealTimers());

/** Takes a place, and lets time pass while it waits for one. */
async function take(places: ReturnType<typeof aTable>['places'], tenant = 'a') {
  const started = Date.now();
  const taking = places.take(tenant);
  await vi.advanceTimersByTimeAsync(limits.webhookPatienceMs * 2);
  return { free: await taking, started };
}

describe('the places of a key', () => {
  it('are few, and those of another key are its own', async () => {
    const { places } = aTable();
    for (let n = 0; n < placesOfKey; n += 1) expect((await take(places)).free).toBeDefined();

    expect((await take(places)).free).toBeUndefined();
    expect((await take(places, 'b')).free).toBeDefined();
  });

  it('and the one that all share leave others to a key whose receivers answer, while three keys hold all that they can', async () => {
    const { items, places } = aTable();
    for (const slow of ['a', 'b', 'c']) {
      while ((await take(places, slow)).free) await vi.advanceTimersByTimeAsync(1);
    }

    expect(items.size).toBe(4);
    expect(items.size).toBeLessThan(functionPlaces);
    expect((await take(places, 'd')).free).toBeDefined();
  });

  it('are taken again once they are free', async () => {
    const { items, places } = aTable();
    const [first] = await Promise.all([places.take('a'), places.take('a')]);

    const waiting = places.take('a');
    await first?.();
    await vi.advanceTimersByTimeAsync(limits.webhookPatienceMs);

    expect(await waiting).toBeDefined();
    expect(items.size).toBe(placesOfKey);
  });

  it('of calls that take long are not waited for', async () => {
    const { places } = aTable();
    await Promise.all([take(places), take(places)]);
    await vi.advanceTimersByTimeAsync(limits.webhookPatienceMs);

    // Without any time passing.
    expect(await places.take('a')).toBeUndefined();
  });

  it('are free again a minute after a function died with one, which then frees no other', async () => {
    const { items, places } = aTable();
    const [dead] = await Promise.all([take(places), take(places)]);
    await vi.advanceTimersByTimeAsync(60_000);

    expect((await take(places)).free).toBeDefined();
    expect((await take(places)).free).toBeDefined();
    await dead?.free?.();
    expect(items.size).toBe(placesOfKey);
  });
});
