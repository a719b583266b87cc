import * as sdk from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { identitiesOf } from '../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { startEndpoint } from '../../wire/endpoint/endpoint.ts';
import type { BusEvent } from './event.ts';
import { openEventBridge } from './eventbridge.ts';

const account = '000000000000';
const busArn = `arn:aws:events:us-east-1:${account}:event-bus/nova`;
const archiveArn = `arn:aws:events:us-east-1:${account}:archive/domain`;
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:${account}:function:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${account}:${name}`;
const roleArn = `arn:aws:iam::${account}:role/publisher`;
const ruleArn = (name: string) => `arn:aws:events:us-east-1:${account}:rule/nova/${name}`;

const rule = (name: string, pattern: object, more: object = {}) => ({
  name,
  event_bus_name: 'nova',
  event_pattern: JSON.stringify(pattern),
  ...more,
});
const target = (name: string, arn: string, more: object = {}) => ({
  rule: name,
  event_bus_name: 'nova',
  target_id: `to-${name}`,
  arn,
  dead_letter_config: [{ arn: queueArn('letters') }],
  ...more,
});

/** A queue's policy: one rule may send to it, and only over TLS. */
const queuePolicy = (queue: string, from: string) => ({
  queue_url: `https://sqs.us-east-1.amazonaws.com/${account}/${queue}`,
  policy: JSON.stringify({
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn(queue),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn(queue),
        Condition: { ArnLike: { 'aws:SourceArn': from } },
      },
    ],
  }),
});

const resources = {
  aws_sqs_queue: ['letters', 'inbox', 'closed'].map((name) => ({ name })),
  aws_sqs_queue_policy: [
    queuePolicy('letters', ruleArn('*')),
    queuePolicy('inbox', ruleArn('queued')),
    queuePolicy('closed', ruleArn('another')),
  ],
  aws_cloudwatch_event_bus: [{ name: 'nova', arn: busArn }],
  aws_cloudwatch_event_rule: [
    rule('jobs', { source: ['nova'], 'detail-type': ['JobRequested'] }),
    rule('all', { source: [{ prefix: '' }] }),
    rule('off', { source: ['nova'] }, { state: 'DISABLED' }),
    rule('forbidden', { 'detail-type': ['Forbidden'] }),
    rule('queued', { 'detail-type': ['Queued'] }),
    rule('refused', { 'detail-type': ['Refused'] }),
    rule('lost', { 'detail-type': ['Lost'] }),
    { name: 'uploads', event_pattern: JSON.stringify({ source: ['aws.s3'] }) },
  ],
  aws_cloudwatch_event_target: [
    target('jobs', functionArn('audio')),
    target('all', functionArn('watcher'), { input_path: '$.detail' }),
    target('off', functionArn('never')),
    target('forbidden', functionArn('secret')),
    target('queued', queueArn('inbox')),
    target('refused', queueArn('closed')),
    target('lost', functionArn('secret'), { dead_letter_config: [{ arn: queueArn('closed') }] }),
    { rule: 'uploads', arn: functionArn('reactor') },
  ],
  aws_lambda_permission: ['audio', 'watcher', 'never', 'reactor'].map((name) => ({
    function_name: name,
    principal: 'events.amazonaws.com',
    action: 'lambda:InvokeFunction',
  })),
  aws_cloudwatch_event_archive: [
    {
      name: 'domain',
      event_source_arn: busArn,
      event_pattern: JSON.stringify({ source: ['nova'] }),
      retention_days: 30,
    },
  ],
  aws_iam_role: [{ name: 'publisher', arn: roleArn }],
  aws_iam_role_policy: [
    {
      role: 'publisher',
      policy: JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'events:PutEvents',
            Resource: busArn,
            Condition: { StringEquals: { 'events:source': 'nova' } },
          },
        ],
      }),
    },
  ],
};

interface Sent {
  readonly queue: string;
  readonly body: BusEvent;
  readonly attributes: unknown;
}

async function start({ dataDirectory = temporaryDirectory(), unknownFunction = '' } = {}) {
  const stack = aStack(resources);
  const invoked: { arn: string; payload: BusEvent }[] = [];
  const sent: Sent[] = [];
  const logger = aRecordingLogger();
  const clock = { now: Date.now() };
  const eventBridge = openEventBridge({
    stack,
    dataDirectory,
    logger,
    now: () => clock.now,
    functions: {
      enqueue(arn, payload) {
        if (arn === unknownFunction) throw new Error(`Function not found: ${arn}`);
        invoked.push({ arn, payload: payload as BusEvent });
      },
    },
    queues: {
      send: (queue, body, attributes) => void sent.push({ queue, body: JSON.parse(body), attributes }),
    },
  });
  const identities = identitiesOf(stack, dataDirectory, aRecordingLogger());
  const endpoint = await startEndpoint({ port: 0, identities, services: [eventBridge.service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => eventBridge.service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials = identities.developer) =>
    new sdk.EventBridgeClient({ region, endpoint: endpoint.url, credentials, maxAttempts: 1 });
  const client = clientFor();
  return {
    ...eventBridge,
    client,
    asPublisher: clientFor(identities.credentialsFor(roleArn)),
    put: (...Entries: sdk.PutEventsRequestEntry[]) => client.send(new sdk.PutEventsCommand({ Entries })),
    to: (name: string) =>
      invoked.filter(({ arn }) => arn === functionArn(name)).map(({ payload }) => payload),
    invoked,
    sent,
    logger,
    clock,
    close,
    dataDirectory,
  };
}

const entry = (DetailType: string, detail: object = {}, more: Partial<sdk.PutEventsRequestEntry> = {}) => ({
  EventBusName: 'nova',
  Source: 'nova',
  DetailType,
  Detail: JSON.stringify(detail),
  ...more,
});

describe('PutEvents', () => {
  it('passes accepted events, and no others, to its watchers', async () => {
    const { put, watch } = await start();
    const seen: [string, string, unknown][] = [];
    const end = watch((event, bus) => seen.push([bus, event['detail-type'], event.detail]));

    await put(entry('Taken', { n: 1 }), entry('Refused', {}, { Detail: 'no JSON' }));
    end();
    await put(entry('Later'));

    expect(seen).toEqual([['nova', 'Taken', { n: 1 }]]);
  });

  it('delivers events to the targets of matching rules, in AWS’s envelope', async () => {
    const { put, to } = await start();
    const Time = new Date('2026-01-02T03:04:05.678Z');
    const { Entries, FailedEntryCount } = await put(
      entry('JobRequested', { kind: 'x' }, { Time, Resources: ['arn:r'] }),
      entry('Other'),
    );

    expect(FailedEntryCount).toBe(0);
    expect(to('audio')).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'JobRequested',
        source: 'nova',
        account,
        time: '2026-01-02T03:04:05Z',
        region,
        resources: ['arn:r'],
        detail: { kind: 'x' },
      },
    ]);
    expect(to('watcher')).toEqual([{ kind: 'x' }, {}]);
    expect(to('never')).toEqual([]);
  });

  it('finds a bus by its ARN, and separates buses', async () => {
    const { put, to } = await start();
    await put(entry('JobRequested', {}, { EventBusName: busArn }));
    await put(entry('JobRequested', {}, { EventBusName: undefined }));

    expect(to('audio')).toHaveLength(1);
  });

  it('refuses invalid entries and accepts the others', async () => {
    const { put, to } = await start();
    const { Entries, FailedEntryCount } = await put(
      entry('JobRequested'),
      entry('JobRequested', {}, { Source: undefined }),
      entry('JobRequested', {}, { DetailType: '' }),
      entry('JobRequested', {}, { Detail: undefined }),
      entry('JobRequested', {}, { Detail: '[1]' }),
      entry('JobRequested', {}, { Detail: '{' }),
      entry('JobRequested', {}, { Source: 'aws.s3' }),
      entry('JobRequested', {}, { EventBusName: 'other' }),
    );

    expect(FailedEntryCount).toBe(7);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'InvalidArgument',
      'InvalidArgument',
      'InvalidArgument',
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
    expect(Entries?.[1]?.ErrorMessage).toBe(
      'Parameter Source is not valid. Reason: Source is a required argument.',
    );
    expect(to('audio')).toHaveLength(1);
  });

  it('accepts ten entries of one megabyte in total, and no more', async () => {
    const { put, to } = await start();
    const large = entry('JobRequested', { text: 'x'.repeat(1024 * 1024) });

    await expect(put(...Array.from({ length: 11 }, () => entry('JobRequested')))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('less than or equal to 10'),
    });
    await expect(put(large)).rejects.toMatchObject({
      message: 'Total size of the entries in the request is over the limit.',
    });
    await put(entry('JobRequested', { text: 'x'.repeat(1024 * 1000) }));
    expect(to('audio')).toHaveLength(1);
  });

  it('requires a policy that allows the bus and the source', async () => {
    const { asPublisher, to } = await start();
    const put = (one: sdk.PutEventsRequestEntry) =>
      asPublisher.send(new sdk.PutEventsCommand({ Entries: [one] }));
    const denied = { message: expect.stringContaining('not authorized to perform: events:PutEvents') };

    await put(entry('JobRequested'));
    await expect(put(entry('JobRequested', {}, { Source: 'other' }))).rejects.toMatchObject(denied);
    await expect(put(entry('JobRequested', {}, { EventBusName: 'default' }))).rejects.toMatchObject(denied);
    expect(to('audio')).toHaveLength(1);
  });
});

describe('a delivery', () => {
  it('to a function without a permission for the rule ends in the dead letter queue', async () => {
    const { put, to, sent, logger } = await start();
    const { Entries } = await put(entry('Forbidden', { a: 1 }));

    expect(to('secret')).toEqual([]);
    expect(sent).toEqual([
      {
        queue: queueArn('letters'),
        body: expect.objectContaining({ id: Entries?.[0]?.EventId, detail: { a: 1 } }),
        attributes: {
          RULE_ARN: ruleArn('forbidden'),
          TARGET_ARN: functionArn('secret'),
          ERROR_CODE: 'NO_PERMISSIONS',
          ERROR_MESSAGE: expect.stringContaining('No aws_lambda_permission lets'),
        },
      },
    ]);
    expect(logger.errors).toEqual([expect.stringContaining('Rule forbidden could not deliver event')]);
  });

  it('that fails does not affect other targets', async () => {
    const { put, to, sent } = await start({ unknownFunction: functionArn('audio') });
    await put(entry('JobRequested', { a: 1 }));

    expect(to('watcher')).toEqual([{ a: 1 }]);
    expect(sent.map(({ queue, attributes }) => [queue, attributes])).toEqual([
      [queueArn('letters'), expect.objectContaining({ ERROR_CODE: 'SDK_CLIENT_ERROR' })],
    ]);
  });

  it('to a queue with a policy that does not allow the rule ends in the dead letter queue', async () => {
    const { put, sent } = await start();
    await put(entry('Refused'));

    expect(sent).toMatchObject([
      { queue: queueArn('letters'), attributes: { ERROR_CODE: 'NO_PERMISSIONS' } },
    ]);
  });

  it('to a dead letter queue with a policy that does not allow the rule is lost and logged', async () => {
    const { put, sent, logger } = await start();
    await put(entry('Lost'));

    expect(sent).toEqual([]);
    expect(logger.errors.at(-1)).toMatch(
      /is lost, as on AWS: no aws_sqs_queue_policy lets .*rule\/nova\/lost send to .*:closed$/,
    );
  });

  it('to a queue contains the detail', async () => {
    const { put, sent } = await start();
    await put(entry('Queued', { a: 1 }));

    expect(sent).toMatchObject([{ queue: queueArn('inbox'), body: { detail: { a: 1 } } }]);
  });
});

describe('an event of a local service', () => {
  it('reaches the default bus, where AWS services publish', async () => {
    const { publisher, to } = await start();
    publisher.publish({ bus: 'default', source: 'aws.s3', detailType: 'Object Created', detail: { a: 1 } });

    expect(to('reactor')).toMatchObject([
      { source: 'aws.s3', 'detail-type': 'Object Created', detail: { a: 1 } },
    ]);
    expect(() => publisher.publish({ bus: 'other', source: 's', detailType: 'd', detail: {} })).toThrow(
      'declares no event bus other',
    );
  });
});

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
    const { client, put, to, clock } = await start();
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
    const { client, put, invoked, clock } = await start();
    clock.now = january;
    await put(entry('JobRequested', {}, at(10)));
    invoked.length = 0;

    await startReplay(client, 'some', { Destination: { Arn: busArn, FilterArns: [ruleArn('all')] } });
    await until(client, 'some', 'COMPLETED');

    expect(invoked.map(({ arn }) => arn)).toEqual([functionArn('watcher')]);
  });

  it('continues a replay after a restart', async () => {
    const first = await start();
    first.clock.now = january;
    for (let from = 0; from < 250; from += 10) {
      await first.put(
        ...Array.from({ length: 10 }, (_, n) => entry('JobRequested', { n: from + n }, at(10))),
      );
    }
    await startReplay(first.client, 'cut');
    await first.close();

    const second = await start({ dataDirectory: first.dataDirectory });
    second.start();
    await until(second.client, 'cut', 'COMPLETED');

    const replayed = [...first.to('audio'), ...second.to('audio')].filter(
      (event) => event['replay-name'] === 'cut',
    );
    expect(new Set(replayed.map(({ detail }) => (detail as { n: number }).n)).size).toBe(250);
  });

  it('deletes events after its retention', async () => {
    const { client, put, clock } = await start();
    clock.now = january;
    await put(entry('JobRequested', {}, at(10)));
    clock.now += 31 * 24 * 3600 * 1000;

    const { EventCount, RetentionDays } = await client.send(
      new sdk.DescribeArchiveCommand({ ArchiveName: 'domain' }),
    );

    expect([EventCount, RetentionDays]).toEqual([0, 30]);
  });

  it('refuses an invalid replay', async () => {
    const { client } = await start();
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

describe('TestEventPattern', () => {
  it('returns the result, or the fault of the pattern', async () => {
    const { client } = await start();
    const test = (pattern: object) =>
      client.send(
        new sdk.TestEventPatternCommand({
          EventPattern: JSON.stringify(pattern),
          Event: '{"source":"nova"}',
        }),
      );

    expect((await test({ source: ['nova'] })).Result).toBe(true);
    expect((await test({ source: ['other'] })).Result).toBe(false);
    await expect(test({ source: [] })).rejects.toMatchObject({
      constructor: sdk.InvalidEventPatternException,
      message: 'Event pattern is not valid. Reason: Empty arrays are not allowed at source',
    });
  });
});

describe('a stack that EventBridge would refuse', () => {
  const open = (more: Record<string, Record<string, unknown>[]>) => () =>
    openEventBridge({
      stack: aStack({ ...resources, ...more }),
      dataDirectory: temporaryDirectory(),
      functions: { enqueue() {} },
      queues: { send() {} },
      logger: aRecordingLogger(),
    });

  it.each([
    [
      { aws_cloudwatch_event_rule: [rule('a', {})] },
      'aws_cloudwatch_event_rule.test-0: Event pattern is not valid',
    ],
    [
      { aws_cloudwatch_event_rule: [rule('a', { x: [1] }), rule('a', { x: [2] })] },
      'has the same name on the same bus, nova/a',
    ],
    [{ aws_cloudwatch_event_rule: [{ name: 'a', schedule_expression: 'rate(1 day)' }] }, 'not schedules'],
    [{ aws_cloudwatch_event_rule: [] }, 'there is no rule jobs on bus nova'],
    [{ aws_cloudwatch_event_bus: [] }, 'the stack declares no event bus nova'],
    [{ aws_cloudwatch_event_target: [target('jobs', 'arn:x', { input: '{' })] }, 'input must be JSON'],
    [
      { aws_cloudwatch_event_target: [target('jobs', 'arn:x', { input_path: '$..x' })] },
      'input_path of the form',
    ],
    [
      { aws_cloudwatch_event_target: [target('jobs', 'arn:x', { input_transformer: [{}] })] },
      'no input_transformer',
    ],
    [
      { aws_cloudwatch_event_archive: [{ name: 'a', event_source_arn: busArn, event_pattern: '{"a":1}' }] },
      'aws_cloudwatch_event_archive.test-0: Event pattern is not valid',
    ],
  ])('is refused here too (%#): %s', (more, problem) => {
    expect(open(more)).toThrow(problem);
  });
});
