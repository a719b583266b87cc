import type { PutEventsCommand, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import type { PublishedEvent } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import type { DomainBridgeEvent } from '../../commands/publish.ts';
import { putBack } from './put-back.ts';

const detail: PublishedEvent<'ContentDeleted'> = {
  id: 't#content#c@3',
  type: 'ContentDeleted',
  stream: { tenant: 't', aggregate: 'content', id: 'c' },
  version: 3,
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  data: {},
  metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
};
const event = {
  source: 'nova.platform',
  'detail-type': 'ContentDeleted',
  time: detail.occurredAt,
  detail,
} as DomainBridgeEvent;

function bus(answer: Partial<PutEventsCommandOutput> = {}) {
  const calls: PutEventsCommand['input'][] = [];
  const send = async (command: PutEventsCommand) => {
    calls.push(command.input);
    return { FailedEntryCount: 0, Entries: [{}], ...answer };
  };
  return { calls, client: { send } as unknown as Parameters<typeof putBack>[2] };
}

describe('an event of the time before index-handler', () => {
  it('goes back to the bus as it is', async () => {
    const { calls, client } = bus();

    await putBack(event, 'nova', client);

    const [entry] = calls[0]?.Entries ?? [];
    expect(entry).toMatchObject({ EventBusName: 'nova', DetailType: 'ContentDeleted' });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual(detail);
  });

  it('is retried when the bus refuses it', async () => {
    const { client } = bus({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });

    await expect(putBack(event, 'nova', client)).rejects.toThrow('ThrottlingException');
  });
});
