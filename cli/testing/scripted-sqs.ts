import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * Dead letter queues that hand out what they hold once.
 * @param waiting messages, by the queue's name
 * @param inHands messages of a queue that somebody else has received
 */
export function scriptedSqs(
  waiting: Readonly<Record<string, readonly Message[]>>,
  inHands: Readonly<Record<string, number>> = {},
) {
  const left = new Map(Object.entries(waiting).map(([name, messages]) => [name, [...messages]]));
  const [released, removed]: [string[], string[]] = [[], []];
  const holds = new Set<number | undefined>();
  const send = async (command: object) => {
    if (command instanceof GetQueueUrlCommand) return { QueueUrl: command.input.QueueName };
    if (command instanceof GetQueueAttributesCommand) {
      const count = inHands[command.input.QueueUrl ?? ''] ?? 0;
      return { Attributes: { ApproximateNumberOfMessagesNotVisible: String(count) } };
    }
    if (command instanceof ReceiveMessageCommand) {
      holds.add(command.input.VisibilityTimeout);
      return { Messages: left.get(command.input.QueueUrl ?? '')?.splice(0, 10) ?? [] };
    }
    if (command instanceof ChangeMessageVisibilityCommand) released.push(command.input.ReceiptHandle ?? '');
    else if (command instanceof DeleteMessageCommand) removed.push(command.input.ReceiptHandle ?? '');
    return {};
  };
  return {
    released,
    removed,
    holds,
    sqs: { send } as unknown as SQSClient,
    deadLetters: (name: string) => name,
  };
}

/** A message whose receipt is its id. */
export const message = (id: string, body: unknown): Message => ({
  MessageId: id,
  ReceiptHandle: id,
  Body: typeof body === 'string' ? body : JSON.stringify(body),
  Attributes: { SentTimestamp: '1700000000000' },
});
