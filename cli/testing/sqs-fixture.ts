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
 * An SQS client whose queues deliver each message once.
 * @param messages by the name of the queue
 * @param heldElsewhere number of messages held by another reader, by the name of the queue
 */
export function anSqs(
  messages: Readonly<Record<string, readonly Message[]>>,
  heldElsewhere: Readonly<Record<string, number>> = {},
) {
  const left = new Map(Object.entries(messages).map(([name, queue]) => [name, [...queue]]));
  const [released, removed]: [string[], string[]] = [[], []];
  const holds = new Set<number | undefined>();
  const send = async (command: object) => {
    if (command instanceof GetQueueUrlCommand) return { QueueUrl: command.input.QueueName };
    if (command instanceof GetQueueAttributesCommand) {
      const count = heldElsewhere[command.input.QueueUrl ?? ''] ?? 0;
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

/** A message; its receipt handle is its id. */
export const aMessage = (id: string, body: unknown): Message => ({
  MessageId: id,
  ReceiptHandle: id,
  Body: typeof body === 'string' ? body : JSON.stringify(body),
  Attributes: { SentTimestamp: '1700000000000' },
});
