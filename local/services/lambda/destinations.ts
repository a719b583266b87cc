import { randomUUID } from 'node:crypto';
import type { EventPublisher, ObjectStore, QueueSender } from '../../contracts.ts';

/** Destinations for the outcomes of invocations. */
export interface Destinations {
  readonly events: EventPublisher;
  readonly objects: ObjectStore;
  readonly queues: QueueSender;
}

/** A record for a destination, and the values for the destination's envelope. */
export interface Outcome {
  readonly record: object;
  readonly succeeded: boolean;
  /** ARN with its qualifier. */
  readonly functionArn: string;
  /** Key of the object in an S3 destination. */
  readonly objectKey: string;
}

/** @throws AwsError where the function's role does not allow what Lambda does in its name */
export type AuthoriseRole = (action: string, resource: string) => void;

/**
 * Puts a record into a destination of the stack.
 * @throws Error when the destination cannot take the record, or the role has no permission for it
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export async function deliver(
  arn: string,
  outcome: Outcome,
  to: Destinations,
  authorise: AuthoriseRole,
): Promise<void> {
  const [, , service, , , ...rest] = arn.split(':');
  const path = rest.join(':');
  if (service === 'events') {
    authorise('events:PutEvents', arn);
    to.events.publish({
      bus: path.slice(path.indexOf('/') + 1),
      source: 'lambda',
      detailType: `Lambda Function Invocation Result - ${outcome.succeeded ? 'Success' : 'Failure'}`,
      detail: outcome.record,
      resources: [outcome.functionArn, arn],
    });
  } else if (service === 'sqs') {
    authorise('sqs:SendMessage', arn);
    to.queues.send(arn, JSON.stringify(outcome.record));
  } else if (service === 's3') {
    authorise('s3:PutObject', `${arn}/${outcome.objectKey}`);
    const body = Buffer.from(JSON.stringify(outcome.record));
    await to.objects.write(path, outcome.objectKey, body, 'application/json');
  } else {
    throw new Error(`no local destination takes ${arn}`);
  }
}

/**
 * Key of a record in an S3 destination.
 * @param parts path segments between `aws/lambda/` and the date
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function recordKey(parts: readonly string[], at: Date): string {
  const [date = '', time = ''] = at.toISOString().split('T');
  const day = date.replaceAll('-', '/');
  const moment = `${date}T${time.slice(0, 8).replaceAll(':', '.')}`;
  return ['aws/lambda', ...parts, day, `${moment}-${randomUUID()}`].join('/');
}
