import type { PutEventsCommand, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { jobStream, type PublishedEvent, type StreamEvent } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { publisher } from './publish.ts';

const failed = (version: number, reason: string): StreamEvent<'JobFailed'> => ({
  type: 'JobFailed',
  data: { reason, retriable: true },
  stream: jobStream('t', 'j'),
  version,
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
});

/** A bus that records its calls, and returns the given responses. */
function bus(answer: Partial<PutEventsCommandOutput> = {}) {
  const calls: PutEventsCommand['input'][] = [];
  const send = async (command: PutEventsCommand) => {
    calls.push(command.input);
    return answer;
  };
  return { calls, client: { send } as unknown as Parameters<typeof publisher>[0] };
}

const versionsOf = ({ Entries = [] }: PutEventsCommand['input']) =>
  Entries.map(({ Detail = '' }) => (JSON.parse(Detail) as PublishedEvent).version);

describe('publishing', () => {
  it('sends at most ten events per call, in order, each with its stable id', async () => {
    const { calls, client } = bus();
    const events = Array.from({ length: 23 }, (_, n) => failed(n + 1, 'r'));

    await publisher(client, 'nova')(events);

    expect(calls.map((call) => versionsOf(call).length)).toEqual([10, 10, 3]);
    expect(calls.flatMap(versionsOf)).toEqual(events.map(({ version }) => version));
    expect(calls[0]?.Entries?.[0]).toMatchObject({
      EventBusName: 'nova',
      Source: 'nova',
      DetailType: 'JobFailed',
      Detail: expect.stringContaining('"id":"t#job#j@1"'),
    });
  });

  it('sends at most one mebibyte per call, counted in bytes', async () => {
    const { calls, client } = bus();
    const large = 'ü'.repeat(150_000);
    const events = Array.from({ length: 8 }, (_, n) => failed(n + 1, large));

    await publisher(client, 'nova')(events);

    expect(calls.map(versionsOf)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
  });

  it('sends no personal data', async () => {
    const { calls, client } = bus();
    const task = {
      kind: 'analysis',
      questions: ['Who wears the red scarf?'],
      detect: ['anomalies'],
    } as const;
    const contentId = '019ab000-0000-7000-8000-000000000001';
    const webhook = { url: 'https://hooks.example.com/told', secret: 'whsec_…' } as const;
    const requested = { ...failed(1, ''), type: 'JobRequested', data: { contentId, task, webhook } } as const;
    const turn = { ...failed(2, ''), type: 'TurnFailed', data: { reason: 'Chimborazo' } } as const;

    await publisher(client, 'nova')([requested as unknown as StreamEvent, turn]);

    const details = calls.flatMap(({ Entries = [] }) => Entries.map(({ Detail = '' }) => JSON.parse(Detail)));
    expect(details.map(({ data }) => data)).toEqual([
      { contentId, task: { kind: 'analysis', detect: ['anomalies'] } },
      { reason: '[erased]' },
    ]);
  });

  it('fails when the bus accepts only some', async () => {
    const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    const { client } = bus({ FailedEntryCount: 1, Entries: [{ EventId: 'e' }, refused] });

    const publishing = publisher(client, 'nova')([failed(1, 'r'), failed(2, 'r')]);

    await expect(publishing).rejects.toThrow('ThrottlingException Rate exceeded');
  });
});
