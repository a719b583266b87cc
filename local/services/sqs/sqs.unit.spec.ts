import * as sdk from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identitiesOf } from '../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { startEndpoint } from '../../wire/endpoint/endpoint.ts';
import { openSqs } from './sqs.ts';

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/letters';
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const roleArn = 'arn:aws:iam::000000000000:role/sender';
const seconds = 1000;

const stack = aStack({
  aws_sqs_queue: [
    { name: 'letters', visibility_timeout_seconds: 10, message_retention_seconds: 100 },
    {
      name: 'work',
      redrive_policy: JSON.stringify({ deadLetterTargetArn: queueArn('letters'), maxReceiveCount: 2 }),
    },
  ],
  aws_iam_role: [{ name: 'sender', arn: roleArn }],
  aws_iam_role_policy: [
    {
      role: 'sender',
      policy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn('letters') }],
      }),
    },
  ],
});

async function start(dataDirectory = temporaryDirectory()) {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const logger = aRecordingLogger();
  const identities = identitiesOf(stack, dataDirectory, aRecordingLogger());
  const { service, sender } = openSqs({ stack, dataDirectory, logger, now: () => clock.now });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials = identities.developer) =>
    new sdk.SQSClient({ region, endpoint: endpoint.url, credentials, maxAttempts: 1 });
  const client = clientFor();
  return {
    client,
    asSender: clientFor(identities.credentialsFor(roleArn)),
    send: (MessageBody: string, more: Partial<sdk.SendMessageCommandInput> = {}) =>
      client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    receive: async (more: Partial<sdk.ReceiveMessageCommandInput> = {}) =>
      (await client.send(new sdk.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more })))
        .Messages ?? [],
    counts: async () =>
      (await client.send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })))
        .Attributes,
    later: (milliseconds: number) => {
      clock.now += milliseconds;
    },
    sender,
    close,
    dataDirectory,
  };
}

const bodies = (messages: sdk.Message[]) => messages.map(({ Body }) => Body);

describe('a queue', () => {
  it('returns messages in order of arrival, hides them, and returns them again', async () => {
    const { send, receive, later } = await start();
    await send('first');
    later(1);
    await send('second ü');

    const received = await receive({ MessageSystemAttributeNames: ['All'] });
    const hidden = await receive();
    later(10 * seconds);
    const again = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });

    expect(bodies(received)).toEqual(['first', 'second ü']);
    expect(received[0]?.Attributes).toEqual({
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: '1767225600001',
      SentTimestamp: '1767225600000',
    });
    expect(hidden).toEqual([]);
    expect(again.map(({ Attributes }) => Attributes)).toEqual([
      { ApproximateReceiveCount: '2' },
      { ApproximateReceiveCount: '2' },
    ]);
  });

  it('deletes a message by its latest receipt only', async () => {
    const { client, send, receive, later } = await start();
    await send('once');
    const [first] = await receive();
    later(10 * seconds);
    const [second] = await receive();
    const drop = (ReceiptHandle: string | undefined) =>
      client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

    await drop(first?.ReceiptHandle);
    later(10 * seconds);
    const [third] = await receive();
    await drop(third?.ReceiptHandle);
    later(10 * seconds);

    expect(second?.MessageId).toBe(third?.MessageId);
    expect(await receive()).toEqual([]);
    await expect(drop('nonsense')).rejects.toBeInstanceOf(sdk.ReceiptHandleIsInvalid);
  });

  it('shows a message again on request', async () => {
    const { client, send, receive } = await start();
    await send('again');
    const [message] = await receive();
    const show = () =>
      client.send(
        new sdk.ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    await show();

    expect(bodies(await receive())).toEqual(['again']);
    await expect(show()).rejects.toBeInstanceOf(sdk.MessageNotInflight);
  });

  it('keeps messages for its retention, and delays them on request', async () => {
    const { send, receive, later, counts } = await start();
    await send('old');
    later(99 * seconds);
    await send('late', { DelaySeconds: 5 });

    expect(await counts()).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      MessageRetentionPeriod: '100',
      QueueArn: queueArn('letters'),
    });
    later(6 * seconds);
    expect(bodies(await receive())).toEqual(['late']);
    expect(await counts()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
  });

  it('waits for the next message', async () => {
    const { send, receive } = await start();
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('at last');

    expect(bodies(await waiting)).toEqual(['at last']);
  });

  it('carries message attributes', async () => {
    const { send, receive } = await start();
    const MessageAttributes = { reason: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } };
    await send('x', { MessageAttributes });

    expect(await receive({ MessageAttributeNames: ['All'] })).toMatchObject([{ MessageAttributes }]);
  });

  it('moves messages that are received too often to its dead letter queue', async () => {
    const { client, receive, sender, later } = await start();
    sender.send(queueArn('work'), 'poison');
    const work = { QueueUrl: QueueUrl.replace('letters', 'work') };
    for (let time = 0; time < 3; time++) {
      await client.send(new sdk.ReceiveMessageCommand(work));
      later(30 * seconds);
    }

    expect(bodies(await receive())).toEqual(['poison']);
  });

  it('can be purged', async () => {
    const { client, send, receive } = await start();
    await send('gone');
    await client.send(new sdk.PurgeQueueCommand({ QueueUrl }));

    expect(await receive()).toEqual([]);
  });

  it('survives a restart', async () => {
    const first = await start();
    first.sender.send(queueArn('letters'), 'kept');
    await first.close();

    const second = await start(first.dataDirectory);

    expect(bodies(await second.receive())).toEqual(['kept']);
  });
});

describe('SQS', () => {
  it('finds queues by name', async () => {
    const { client } = await start();

    expect((await client.send(new sdk.GetQueueUrlCommand({ QueueName: 'letters' }))).QueueUrl).toBe(QueueUrl);
    expect((await client.send(new sdk.ListQueuesCommand({ QueueNamePrefix: 'w' }))).QueueUrls).toHaveLength(
      1,
    );
    await expect(client.send(new sdk.GetQueueUrlCommand({ QueueName: 'other' }))).rejects.toMatchObject({
      constructor: sdk.QueueDoesNotExist,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('allows a role what its policy allows', async () => {
    const { asSender } = await start();
    const denied = { message: expect.stringContaining('not authorized to perform: sqs:ReceiveMessage') };

    await expect(
      asSender.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    ).resolves.toBeDefined();
    await expect(asSender.send(new sdk.ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject(denied);
  });

  it.each([
    ['no body', { MessageBody: '' }, 'MissingParameter'],
    ['a body that is too long', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, more, name) => {
    const { send } = await start();

    await expect(send('x', more)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('refuses a stack with unsupported settings', () => {
    const open = (queue: object) =>
      openSqs({
        stack: aStack({ aws_sqs_queue: [{ name: 'q', ...queue }] }),
        dataDirectory: temporaryDirectory(),
        logger: aRecordingLogger(),
      });

    expect(() => open({ fifo_queue: true })).toThrow(
      'aws_sqs_queue.test-0: the local SQS has standard queues only',
    );
    expect(() => open({ redrive_policy: '{}' })).toThrow('redrive_policy must have deadLetterTargetArn');
    expect(() => open({ delay_seconds: 'soon' })).toThrow('delay_seconds must be a number');
  });

  it('names the queue of a failed send', async () => {
    const { sender } = await start();

    expect(() => sender.send(queueArn('other'), 'x')).toThrow('The stack declares no queue arn:aws:sqs');
  });
});
