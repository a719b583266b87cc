import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as sdk from '@aws-sdk/client-sqs';
import { AwsError } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import type { Message, MessageStore } from './message-store.ts';
import { readReceipt } from './message-store.ts';
import { findQueue, type Queue } from './queues.ts';

const maxReceive = 10;
/** Milliseconds a receive may wait: 20 s. */
const maxWait = 20_000;
/** Milliseconds between looks while a receive waits. */
const lookAgain = 50;

/** Operations on single messages. */
export function messageOperations(queues: readonly Queue[], store: MessageStore) {
  return {
    async SendMessage({ QueueUrl, MessageBody = '', DelaySeconds, MessageAttributes = {} }, { caller }) {
      const queue = findQueue(queues, QueueUrl);
      caller.authorise('sqs:SendMessage', queue.arn);
      if (Object.values(MessageAttributes).some(({ BinaryValue }) => BinaryValue)) {
        throw new sdk.UnsupportedOperation({
          message: 'The local SQS has no binary message attributes',
          $metadata: {},
        });
      }
      const attributes = JSON.stringify(MessageAttributes);
      checkMessage(queue, MessageBody, attributes);
      const wait = DelaySeconds === undefined ? queue.delay : DelaySeconds * 1000;
      return {
        MessageId: store.send(queue, MessageBody, attributes, wait),
        MD5OfMessageBody: md5(MessageBody),
      };
    },

    async ReceiveMessage(input, { caller, signal }) {
      const queue = findQueue(queues, input.QueueUrl);
      caller.authorise('sqs:ReceiveMessage', queue.arn);
      const max = input.MaxNumberOfMessages ?? 1;
      if (!Number.isInteger(max) || max < 1 || max > maxReceive) {
        throw invalidParameter(
          `Value ${max} for parameter MaxNumberOfMessages is invalid. Must be between 1 and 10.`,
        );
      }
      const hide =
        input.VisibilityTimeout === undefined ? queue.visibilityTimeout : input.VisibilityTimeout * 1000;
      const wait = input.WaitTimeSeconds === undefined ? queue.receiveWait : input.WaitTimeSeconds * 1000;
      const messages = await poll(() => store.receive(queue, max, hide), Math.min(wait, maxWait), signal);
      return { Messages: messages.map((message) => receivedMessage(message, input)) };
    },

    async DeleteMessage({ QueueUrl, ReceiptHandle }, { caller }) {
      const queue = findQueue(queues, QueueUrl);
      caller.authorise('sqs:DeleteMessage', queue.arn);
      store.delete(queue, receiptOf(ReceiptHandle));
      return {};
    },

    async ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout = 0 }, { caller }) {
      const queue = findQueue(queues, QueueUrl);
      caller.authorise('sqs:ChangeMessageVisibility', queue.arn);
      if (!store.changeVisibility(queue, receiptOf(ReceiptHandle), VisibilityTimeout * 1000)) {
        throw new sdk.MessageNotInflight({
          message: 'The specified message is not in flight.',
          $metadata: {},
        });
      }
      return {};
    },
  } satisfies Operations<typeof sdk>;
}

/** Operations on queues: describe and purge. The stack makes queues, so no operation here does. */
export function queueOperations(queues: readonly Queue[], store: MessageStore) {
  return {
    async GetQueueUrl({ QueueName }, { caller }) {
      const queue = findQueue(queues, QueueName);
      caller.authorise('sqs:GetQueueUrl', queue.arn);
      return { QueueUrl: queue.url };
    },

    async ListQueues({ QueueNamePrefix = '' }, { caller }) {
      caller.authorise('sqs:ListQueues', '*');
      return {
        QueueUrls: queues.filter(({ name }) => name.startsWith(QueueNamePrefix)).map(({ url }) => url),
      };
    },

    async GetQueueAttributes({ QueueUrl, AttributeNames = [] }, { caller }) {
      const queue = findQueue(queues, QueueUrl);
      caller.authorise('sqs:GetQueueAttributes', queue.arn);
      const all = attributesOf(queue, store);
      const wanted: readonly string[] = AttributeNames;
      const chosen = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
      return { Attributes: Object.fromEntries(chosen) };
    },

    async PurgeQueue({ QueueUrl }, { caller }) {
      const queue = findQueue(queues, QueueUrl);
      caller.authorise('sqs:PurgeQueue', queue.arn);
      store.purge(queue);
      return {};
    },
  } satisfies Operations<typeof sdk>;
}

/** @throws AwsError `InvalidParameterValue` */
export function checkMessage({ maxMessage }: Queue, body: string, attributes: string): void {
  if (body === '')
    throw new AwsError('MissingParameter', 400, 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(body) + (attributes === '{}' ? 0 : Buffer.byteLength(attributes)) > maxMessage) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessage} bytes.`,
    );
  }
}

const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', 400, message);

function receiptOf(handle: string | undefined) {
  const receipt = readReceipt(handle);
  if (receipt) return receipt;
  throw new sdk.ReceiptHandleIsInvalid({ message: 'The input receipt handle is invalid.', $metadata: {} });
}

async function poll(receive: () => Message[], wait: number, signal: AbortSignal): Promise<Message[]> {
  const end = performance.now() + wait;
  while (!signal.aborted) {
    const messages = receive();
    if (messages.length > 0 || performance.now() >= end) return messages;
    await delay(lookAgain);
  }
  return [];
}

function receivedMessage(
  message: Message,
  { AttributeNames, MessageSystemAttributeNames, MessageAttributeNames }: sdk.ReceiveMessageRequest,
) {
  const system: Record<string, string> = {
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SentTimestamp: String(message.sentAt),
  };
  const wanted: readonly string[] = [...(AttributeNames ?? []), ...(MessageSystemAttributeNames ?? [])];
  const Attributes = Object.fromEntries(
    Object.entries(system).filter(([name]) => wanted.includes('All') || wanted.includes(name)),
  );
  const own = JSON.parse(message.attributes) as Record<string, sdk.MessageAttributeValue>;
  const MessageAttributes = Object.fromEntries(
    Object.entries(own).filter(([name]) =>
      MessageAttributeNames?.some((one) => one === 'All' || one === name),
    ),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(Attributes).length > 0 ? { Attributes } : {}),
    ...(Object.keys(MessageAttributes).length > 0 ? { MessageAttributes } : {}),
  };
}

function attributesOf(queue: Queue, store: MessageStore): Record<string, string> {
  const { visible, inFlight, delayed } = store.counts(queue);
  const inSeconds = (milliseconds: number) => String(milliseconds / 1000);
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: inSeconds(queue.visibilityTimeout),
    MessageRetentionPeriod: inSeconds(queue.retention),
    DelaySeconds: inSeconds(queue.delay),
    ReceiveMessageWaitTimeSeconds: inSeconds(queue.receiveWait),
    MaximumMessageSize: String(queue.maxMessage),
    ...(queue.redrive
      ? {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: queue.redrive.deadLetterArn,
            maxReceiveCount: queue.redrive.maxReceives,
          }),
        }
      : {}),
  };
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
