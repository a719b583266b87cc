import * as sdk from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { openEventBridge } from './eventbridge.ts';
import {
  account,
  busArn,
  entry,
  eventBridgeFixture,
  resources,
  rule,
  target,
} from './testing/eventbridge-fixture.ts';

describe('PutEvents', () => {
  it('passes accepted events, and no others, to its watchers', async () => {
    const { put, watch } = await eventBridgeFixture();
    const seen: [string, string, unknown][] = [];
    const end = watch((event, bus) => seen.push([bus, event['detail-type'], event.detail]));

    await put(entry('Taken', { n: 1 }), entry('Refused', {}, { Detail: 'no JSON' }));
    end();
    await put(entry('Later'));

    expect(seen).toEqual([['nova', 'Taken', { n: 1 }]]);
  });

  it('delivers events to the targets of matching rules, in AWS’s envelope', async () => {
    const { put, to } = await eventBridgeFixture();
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
    const { put, to } = await eventBridgeFixture();
    await put(entry('JobRequested', {}, { EventBusName: busArn }));
    await put(entry('JobRequested', {}, { EventBusName: undefined }));

    expect(to('audio')).toHaveLength(1);
  });

  it('refuses invalid entries and accepts the others', async () => {
    const { put, to } = await eventBridgeFixture();
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
    const { put, to } = await eventBridgeFixture();
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
    const { asPublisher, to } = await eventBridgeFixture();
    const put = (one: sdk.PutEventsRequestEntry) =>
      asPublisher.send(new sdk.PutEventsCommand({ Entries: [one] }));
    const denied = { message: expect.stringContaining('not authorized to perform: events:PutEvents') };

    await put(entry('JobRequested'));
    await expect(put(entry('JobRequested', {}, { Source: 'other' }))).rejects.toMatchObject(denied);
    await expect(put(entry('JobRequested', {}, { EventBusName: 'default' }))).rejects.toMatchObject(denied);
    expect(to('audio')).toHaveLength(1);
  });
});

describe('an event of a local service', () => {
  it('reaches the default bus, where AWS services publish', async () => {
    const { publisher, to } = await eventBridgeFixture();
    publisher.publish({ bus: 'default', source: 'aws.s3', detailType: 'Object Created', detail: { a: 1 } });

    expect(to('reactor')).toMatchObject([
      { source: 'aws.s3', 'detail-type': 'Object Created', detail: { a: 1 } },
    ]);
    expect(() => publisher.publish({ bus: 'other', source: 's', detailType: 'd', detail: {} })).toThrow(
      'declares no event bus other',
    );
  });
});

describe('TestEventPattern', () => {
  it('returns the result, or the fault of the pattern', async () => {
    const { client } = await eventBridgeFixture();
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
