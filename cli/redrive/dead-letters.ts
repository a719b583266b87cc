import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type Subscriber, subscribers } from '@nova/shared/subscriptions';
import type { Connection } from '../connection/connection.ts';
import type { DeadLetter, Failure } from './failure.ts';
import { readDeadLetter } from './read-dead-letter.ts';

type Source = Pick<Connection, 'sqs' | 'deadLetters' | 'functionName'>;

/** SQS's limit of messages in one response. */
const perReceive = 10;
/** Messages read from one queue: a flood takes several runs. */
const maxPerQueue = 1000;

/** The dead letters of all queues. */
export interface Received {
  /** Oldest first. */
  readonly deadLetters: DeadLetter[];
  /** Messages held by other readers, by SQS's last count. */
  readonly heldElsewhere: number;
}

/** Dead letters that are hidden from other readers. */
export interface HeldDeadLetters {
  receive(signal: AbortSignal): Promise<Received>;
  /** Makes all held dead letters visible again, as far as they still exist. */
  release(except?: readonly Failure[]): Promise<void>;
}

/**
 * Dead letters, each hidden from other readers from its receipt until it is released or removed.
 * @param holdSeconds after which SQS releases them by itself, in case this process is killed
 */
export function holdDeadLetters(source: Source, holdSeconds: number): HeldDeadLetters {
  const held = new Set<DeadLetter>();
  let receiving: Promise<unknown> = Promise.resolve();
  return {
    async receive(signal) {
      const queues = subscribers.map((name) => receiveFrom(source, name, holdSeconds, held, signal));
      receiving = Promise.allSettled(queues);
      const received = await Promise.all(queues);
      return {
        deadLetters: received
          .flatMap(({ deadLetters }) => deadLetters)
          .sort((a, b) => (a.since < b.since ? -1 : 1)),
        heldElsewhere: received.reduce((sum, { heldElsewhere }) => sum + heldElsewhere, 0),
      };
    },
    async release(except = []) {
      // After a failure of one queue, the others may still deliver messages: these are released too.
      await receiving;
      const released = [...held].filter((deadLetter) => !except.includes(deadLetter));
      for (const deadLetter of released) held.delete(deadLetter);
      // A message that cannot be released becomes visible by itself.
      await Promise.allSettled(released.map((deadLetter) => makeVisible(source, deadLetter)));
    },
  };
}

const makeVisible = ({ sqs }: Source, { queueUrl, receipt }: DeadLetter) =>
  sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }),
  );

export async function removeDeadLetter(
  { sqs }: Pick<Source, 'sqs'>,
  { queueUrl, receipt }: DeadLetter,
): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
}

/** Receives until the queue is empty. */
async function receiveFrom(
  source: Source,
  subscriber: Subscriber,
  holdSeconds: number,
  held: Set<DeadLetter>,
  abortSignal: AbortSignal,
): Promise<Received> {
  const { sqs, functionName } = source;
  const queue = new GetQueueUrlCommand({ QueueName: source.deadLetters(subscriber) });
  const { QueueUrl = '' } = await sqs.send(queue, { abortSignal });
  // Counted before the first receipt: afterwards, the count includes our own messages.
  const heldElsewhere = await countHeld(source, QueueUrl, abortSignal);
  const deadLetters = new Map<string, DeadLetter>();
  while (deadLetters.size < maxPerQueue) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: perReceive,
        VisibilityTimeout: holdSeconds,
        // Long polling queries all of SQS's servers.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal },
    );
    const before = deadLetters.size;
    for (const message of Messages) {
      const deadLetter = readDeadLetter(functionName, subscriber, QueueUrl, message);
      const older = deadLetters.get(deadLetter.key);
      if (older) held.delete(older);
      held.add(deadLetter);
      deadLetters.set(deadLetter.key, deadLetter);
    }
    // No message, or only messages that have become visible again.
    if (deadLetters.size === before) break;
  }
  return { deadLetters: [...deadLetters.values()], heldElsewhere };
}

async function countHeld({ sqs }: Source, QueueUrl: string, abortSignal: AbortSignal): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessagesNotVisible' as const];
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
  const { Attributes = {} } = await sqs.send(command, { abortSignal });
  return Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
}
