import * as sdk from '@aws-sdk/client-eventbridge';
import { describe, expect, it, vi } from 'vitest';
import {
  account,
  busArn,
  entry,
  eventBridgeFixture,
  functionArn,
  ruleArn,
} from './testing/eventbridge-fixture.ts';

const archiveArn = `arn:aws:events:us-east-1:${account}:archive/domain`;

describe('an archive', () => {
  const startReplay = (
    client: sdk.EventBridgeClient,
    ReplayName: string,
    more: Partial<sdk.StartReplayCommandInput> = {},
  ) =>
    client.send(
      new sdk.StartReplayCommand({
        ReplayName,
        EventSourceArn: archiveArn,
        EventStartTime: new Date('2026-01-01T00:00:00Z'),
        EventEndTime: new Date('2026-01-01T01:00:00Z'),
        Destination: { Arn: busArn },
        ...more,
      }),
    );
  const describeReplay = (client: sdk.EventBridgeClient, ReplayName: string) =>
    client.send(new sdk.DescribeReplayCommand({ ReplayName }));
  const until = (client: sdk.EventBridgeClient, name: string, state: string) =>
    vi.waitFor(async () => expect((await describeReplay(client, name)).State).toBe(state), {
      timeout: 60_000,
    });
  const at = (minute: number) => ({ Time: new Date(Date.UTC(2026, 0, 1, 0, minute)) });
  const january = Date.parse('2026-01-02T00:00:00Z');

  it('replays a time span to its bus, in order, with its own events only', async () => {
    const { client, put, to, clock } = await eventBridgeFixture();
    clock.now = january;
    await put(entry('JobRequested', { n: 2 }, at(20)), entry('JobRequested', { n: 1 }, at(10)));
    await put(
      entry('JobRequested', { n: 3 }, at(61)),
      entry('JobRequested', { n: 4 }, { ...at(30), Source: 'other' }),
    );
    const before = to('audio').length;

    await startReplay(client, 'again');
    await until(client, 'again', 'COMPLETED');

    expect(to('audio').slice(before)).toMatchObject([
      { detail: { n: 1 }, 'replay-name': 'again' },
      { detail: { n: 2 }, 'replay-name': 'again' },
    ]);
    const { EventCount } = await client.send(new sdk.DescribeArchiveCommand({ ArchiveName: 'domain' }));
    expect(EventCount).toBe(3);
    expect(await describeReplay(client, 'again')).toMatchObject({
      EventLastReplayedTime: at(20).Time,
      Destination: { Arn: busArn },
      ReplayEndTime: expect.any(Date),
    });
    expect((await client.send(new sdk.ListReplaysCommand({ State: 'COMPLETED' }))).Replays).toHaveLength(1);
  });

  it('replays to selected rules only', async () => {
    const { client, put, invoked, clock } = await eventBridgeFixture();
    clock.now = january;
    await put(entry('JobRequested', {}, at(10)));
    invoked.length = 0;

    await startReplay(client, 'some', { Destination: { Arn: busArn, FilterArns: [ruleArn('all')] } });
    await until(client, 'some', 'COMPLETED');

    expect(invoked.map(({ arn }) => arn)).toEqual([functionArn('watcher')]);
  });

  it('continues a replay after a restart', async () => {
    const first = await eventBridgeFixture();
    first.clock.now = january;
    for (let from = 0; from < 250; from += 10) {
      await first.put(
        ...Array.from({ length: 10 }, (_, n) => entry('JobRequested', { n: from + n }, at(10))),
      );
    }
    await startReplay(first.client, 'cut');
    await first.close();

    const second = await eventBridgeFixture({ dataDirectory: first.dataDirectory });
    second.start();
    await until(second.client, 'cut', 'COMPLETED');

    const replayed = [...first.to('audio'), ...second.to('audio')].filter(
      (event) => event['replay-name'] === 'cut',
    );
    expect(new Set(replayed.map(({ detail }) => (detail as { n: number }).n)).size).toBe(250);
  });

  it('deletes events after its retention', async () => {
    const { client, put, clock } = await eventBridgeFixture();
    clock.now = january;
    await put(entry('JobRequested', {}, at(10)));
    clock.now += 31 * 24 * 3600 * 1000;

    const { EventCount, RetentionDays } = await client.send(
      new sdk.DescribeArchiveCommand({ ArchiveName: 'domain' }),
    );

    expect([EventCount, RetentionDays]).toEqual([0, 30]);
  });

  it('refuses an invalid replay', async () => {
    const { client } = await eventBridgeFixture();
    await startReplay(client, 'taken');

    await expect(startReplay(client, 'taken')).rejects.toBeInstanceOf(sdk.ResourceAlreadyExistsException);
    await expect(startReplay(client, 'a', { EventSourceArn: 'arn:x' })).rejects.toBeInstanceOf(
      sdk.ResourceNotFoundException,
    );
    await expect(startReplay(client, 'b', { EventEndTime: new Date(0) })).rejects.toThrow('must be before');
    await expect(startReplay(client, 'c', { Destination: { Arn: 'arn:x' } })).rejects.toThrow(
      'must be the bus',
    );
    await expect(describeReplay(client, 'none')).rejects.toBeInstanceOf(sdk.ResourceNotFoundException);
    await until(client, 'taken', 'COMPLETED');
    await expect(client.send(new sdk.CancelReplayCommand({ ReplayName: 'taken' }))).rejects.toBeInstanceOf(
      sdk.IllegalStatusException,
    );
  });
});
