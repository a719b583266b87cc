import { QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { type Stack, StackError, type StackResource } from '../../contracts.ts';
import { numberOf, optionalText, textOf } from '../../stack/read.ts';

/** A standard queue of the stack; times in milliseconds. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeout: number;
  readonly retention: number;
  readonly delay: number;
  /** How long a receive waits for a message. */
  readonly receiveWait: number;
  /** Bytes. */
  readonly maxMessage: number;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceives: number } | undefined;
}

const seconds = 1000;

/** @throws StackError naming a queue that is not a standard one */
export function queuesOf(stack: Stack): readonly Queue[] {
  return stack.of('aws_sqs_queue').map((resource) => {
    const { address, values } = resource;
    if (values.fifo_queue === true) {
      throw new StackError(`${address}: the local SQS has standard queues only, no FIFO ones.`);
    }
    const name = textOf(resource, 'name');
    // Defaults: SQS API reference, CreateQueue.
    return {
      name,
      arn: `arn:aws:sqs:${stack.region}:${stack.accountId}:${name}`,
      url: `https://sqs.${stack.region}.amazonaws.com/${stack.accountId}/${name}`,
      visibilityTimeout: numberOf(resource, 'visibility_timeout_seconds', 30) * seconds,
      retention: numberOf(resource, 'message_retention_seconds', 345_600) * seconds,
      delay: numberOf(resource, 'delay_seconds', 0) * seconds,
      receiveWait: numberOf(resource, 'receive_wait_time_seconds', 0) * seconds,
      maxMessage: numberOf(resource, 'max_message_size', 1_048_576),
      redrive: redriveOf(resource),
    };
  });
}

function redriveOf(resource: StackResource): Queue['redrive'] {
  const json = optionalText(resource, 'redrive_policy');
  if (json === undefined) return undefined;
  const policy = JSON.parse(json) as Record<string, unknown>;
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (typeof deadLetterTargetArn !== 'string' || !(Number(maxReceiveCount) >= 1)) {
    throw new StackError(
      `${resource.address}: redrive_policy must have deadLetterTargetArn and maxReceiveCount.`,
    );
  }
  return { deadLetterArn: deadLetterTargetArn, maxReceives: Number(maxReceiveCount) };
}

/**
 * The queue a request names; its URL may be of any endpoint.
 * @throws QueueDoesNotExist
 */
export function findQueue(queues: readonly Queue[], urlOrName: string | undefined): Queue {
  const name = urlOrName?.slice(urlOrName.lastIndexOf('/') + 1);
  const queue = queues.find((one) => one.name === name);
  if (queue) return queue;
  throw new QueueDoesNotExist({ message: `The specified queue does not exist: ${name}`, $metadata: {} });
}
