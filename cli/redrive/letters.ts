import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import { type SubscriptionName, subscriptions } from '@nova/shared/subscriptions';
import * as z from 'zod';
import type { Connection } from '../connection/connection.ts';
import type { DeadLetter } from './failure.ts';
import { originalWork, type Work } from './original.ts';

type Source = Pick<Connection, 'sqs' | 'deadLetters' | 'functionName'>;
type QueueName = SubscriptionName | 'event-handler';

const queues = [...(Object.keys(subscriptions) as SubscriptionName[]), 'event-handler'] as const;

/** Seconds a message is kept from other readers while it is looked at and put back. */
const holdSeconds = 300;
const perReceive = 10;
/** Messages read of one queue: a bound, so that a flood is dealt with in several goes. */
const mostOfOne = 1000;

/** What Lambda says of an event it gave up on. Source: Lambda guide, "Retain records of asynchronous invocations". */
const GivenUp = z.object({
  timestamp: z.string(),
  requestContext: z.object({ functionArn: z.string(), condition: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.object({ errorMessage: z.string() }).optional().catch(undefined),
});

/**
 * Messages of all dead letter queues, oldest first. They are held from other readers: {@link release} those that are not
 * put back.
 */
export async function deadLetters(source: Source, signal: AbortSignal): Promise<DeadLetter[]> {
  const letters = await Promise.all(queues.map((name) => lettersOf(source, name, signal)));
  return letters.flat().sort((a, b) => (a.since < b.since ? -1 : 1));
}

/** Gives letters back to their queues. */
export async function release(
  { sqs }: Pick<Connection, 'sqs'>,
  letters: readonly DeadLetter[],
): Promise<void> {
  await Promise.all(
    letters.map(({ queueUrl, receipt }) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }),
      ),
    ),
  );
}

export async function removeLetter({ sqs }: Source, { queueUrl, receipt }: DeadLetter): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
}

async function lettersOf(source: Source, name: QueueName, abortSignal: AbortSignal): Promise<DeadLetter[]> {
  const { sqs } = source;
  const queue = await sqs.send(new GetQueueUrlCommand({ QueueName: source.deadLetters(name) }), {
    abortSignal,
  });
  const { QueueUrl = '' } = queue;
  const letters = new Map<string, DeadLetter>();
  while (letters.size < mostOfOne) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: perReceive,
        VisibilityTimeout: holdSeconds,
        // Asks every server that may hold some.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal },
    );
    if (Messages.length === 0) break;
    for (const message of Messages) {
      const letter = letterOf(source, name, QueueUrl, message);
      letters.set(letter.key, letter);
    }
  }
  return [...letters.values()];
}

/** Rules send the event itself, with why in its attributes; Lambda sends a record that holds the event. */
function letterOf(source: Source, name: QueueName, queueUrl: string, message: Message): DeadLetter {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} } = message;
  const letter = {
    kind: 'dead letter' as const,
    key: MessageId,
    queueUrl,
    receipt: ReceiptHandle,
    since: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
  };
  const named = (arn: string) => functionNames.find((one) => source.functionName(one) === arn.split(':')[6]);
  const told = ({ target, event }: Work) => ({ target, payload: JSON.stringify(event ?? null) });
  const body = parsed(Body);
  const record = GivenUp.safeParse(body);
  if (record.success) {
    const { requestContext, requestPayload, responsePayload } = record.data;
    const target = named(requestContext.functionArn) ?? 'event-handler';
    const reason = [requestContext.condition, responsePayload?.errorMessage].filter(Boolean).join(': ');
    return { ...letter, ...told(originalWork({ target, event: requestPayload }, named)), reason };
  }
  const target: FunctionName = name === 'event-handler' ? name : subscriptions[name].function;
  const said = [MessageAttributes.ERROR_CODE?.StringValue, MessageAttributes.ERROR_MESSAGE?.StringValue];
  const reason = said.filter(Boolean).join(': ') || 'not delivered';
  if (body === undefined) return { ...letter, target, payload: Body, reason };
  return { ...letter, ...told(originalWork({ target, event: body }, named)), reason };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
