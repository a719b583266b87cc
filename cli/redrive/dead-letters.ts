import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { functionNames } from '@nova/shared/functions';
import { type Subscriber, subscribers } from '@nova/shared/subscriptions';
import * as z from 'zod';
import type { Connection } from '../connection/connection.ts';
import type { DeadLetter, Failure } from './failure.ts';
import { originalWork, type Work } from './original-work.ts';

type Source = Pick<Connection, 'sqs' | 'deadLetters' | 'functionName'>;

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

/** What all dead letter queues came to. */
export interface Received {
  /** Oldest first. */
  readonly letters: DeadLetter[];
  /** Messages that somebody else holds, as SQS last counted them. */
  readonly inHands: number;
}

/** Letters that are kept from other readers. */
export interface HeldLetters {
  receive(signal: AbortSignal): Promise<Received>;
  /** Gives back all that are held, as far as they are still there. */
  release(except?: readonly Failure[]): Promise<void>;
}

/**
 * Dead letters, each kept from other readers from when it is received until it is released or removed.
 * @param holdSeconds after which SQS gives them back by itself, should this process be killed
 */
export function holdLetters(source: Source, holdSeconds: number): HeldLetters {
  const held = new Set<DeadLetter>();
  let receiving: Promise<unknown> = Promise.resolve();
  return {
    async receive(signal) {
      const all = subscribers.map((name) => lettersOf(source, name, holdSeconds, held, signal));
      receiving = Promise.allSettled(all);
      const received = await Promise.all(all);
      return {
        letters: received.flatMap(({ letters }) => letters).sort((a, b) => (a.since < b.since ? -1 : 1)),
        inHands: received.reduce((sum, { inHands }) => sum + inHands, 0),
      };
    },
    async release(except = []) {
      // What one queue still brings after another failed is given back too.
      await receiving;
      const given = [...held].filter((letter) => !except.includes(letter));
      for (const letter of given) held.delete(letter);
      // One that cannot be given back comes back by itself.
      await Promise.allSettled(given.map((letter) => giveBack(source, letter)));
    },
  };
}

const giveBack = ({ sqs }: Source, { queueUrl, receipt }: DeadLetter) =>
  sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }),
  );

export async function removeLetter(
  { sqs }: Pick<Source, 'sqs'>,
  { queueUrl, receipt }: DeadLetter,
): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
}

async function lettersOf(
  source: Source,
  name: Subscriber,
  holdSeconds: number,
  held: Set<DeadLetter>,
  abortSignal: AbortSignal,
): Promise<Received> {
  const { sqs } = source;
  const queue = await sqs.send(new GetQueueUrlCommand({ QueueName: source.deadLetters(name) }), {
    abortSignal,
  });
  const { QueueUrl = '' } = queue;
  // Before any is received: these are in other hands than ours.
  const inHands = await inHandsOf(source, QueueUrl, abortSignal);
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
    const before = letters.size;
    for (const message of Messages) {
      const letter = letterOf(source, name, QueueUrl, message);
      const older = letters.get(letter.key);
      if (older) held.delete(older);
      held.add(letter);
      letters.set(letter.key, letter);
    }
    // None, or only such as have come back meanwhile.
    if (letters.size === before) break;
  }
  return { letters: [...letters.values()], inHands };
}

async function inHandsOf({ sqs }: Source, QueueUrl: string, abortSignal: AbortSignal): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    }),
    { abortSignal },
  );
  return Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
}

/** Rules send the event itself, with why in its attributes; Lambda sends a record that holds the event. */
function letterOf(source: Source, name: Subscriber, queueUrl: string, message: Message): DeadLetter {
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
    const target = named(requestContext.functionArn) ?? name;
    const reason = [requestContext.condition, responsePayload?.errorMessage].filter(Boolean).join(': ');
    return { ...letter, ...told(originalWork({ target, event: requestPayload }, named)), reason };
  }
  const said = [MessageAttributes.ERROR_CODE?.StringValue, MessageAttributes.ERROR_MESSAGE?.StringValue];
  const reason = said.filter(Boolean).join(': ') || 'not delivered';
  if (body === undefined) return { ...letter, target: name, payload: Body, reason };
  return { ...letter, ...told(originalWork({ target: name, event: body }, named)), reason };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
