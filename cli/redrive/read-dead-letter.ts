import type { Message } from '@aws-sdk/client-sqs';
import { eventSource } from '@nova/shared/events/index';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import type { Subscriber } from '@nova/shared/subscriptions';
import * as z from 'zod';
import type { Connection } from '../connection/connection.ts';
import { parseJson } from '../json.ts';
import type { DeadLetter } from './failure.ts';

/** The record of an event that Lambda gave up on. Source: Lambda guide, "Retain records of asynchronous invocations". */
const InvocationRecord = z.object({
  timestamp: z.string(),
  requestContext: z.object({ functionArn: z.string(), condition: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.object({ errorMessage: z.string() }).optional().catch(undefined),
});

/** The event that Lambda puts on the bus when a function gave up on an event. */
const FailureEvent = z.object({
  source: z.literal('lambda'),
  'detail-type': z.literal('Lambda Function Invocation Result - Failure'),
  detail: z.object({
    requestContext: z.object({ functionArn: z.string() }),
    requestPayload: z.unknown(),
  }),
});

const JobRequested = z.object({ source: z.literal(eventSource), 'detail-type': z.literal('JobRequested') });

/** An event and the function that is to handle it. */
interface Invocation {
  readonly target: FunctionName;
  readonly event: unknown;
}

/**
 * Reads a message of a dead letter queue. A rule sends the event itself, with the reason in the message's attributes;
 * Lambda sends a record that contains the event.
 * @param subscriber the function that the queue belongs to
 */
export function readDeadLetter(
  functionName: Connection['functionName'],
  subscriber: Subscriber,
  queueUrl: string,
  { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} }: Message,
): DeadLetter {
  const functionOf = (arn: string) => functionNames.find((name) => functionName(name) === arn.split(':')[6]);
  const invocation = (target: FunctionName, event: unknown) => {
    const original = originalInvocation({ target, event }, functionOf);
    return { target: original.target, payload: JSON.stringify(original.event ?? null) };
  };
  const base = {
    kind: 'dead letter' as const,
    key: MessageId,
    queueUrl,
    receipt: ReceiptHandle,
    since: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
  };
  const body = parseJson(Body);
  const record = InvocationRecord.safeParse(body);
  if (record.success) {
    const { requestContext, requestPayload, responsePayload } = record.data;
    const target = functionOf(requestContext.functionArn) ?? subscriber;
    const reason = [requestContext.condition, responsePayload?.errorMessage].filter(Boolean).join(': ');
    return { ...base, ...invocation(target, requestPayload), reason };
  }
  const { ERROR_CODE, ERROR_MESSAGE } = MessageAttributes;
  const reason =
    [ERROR_CODE?.StringValue, ERROR_MESSAGE?.StringValue].filter(Boolean).join(': ') || 'not delivered';
  if (body === undefined) return { ...base, target: subscriber, payload: Body, reason };
  return { ...base, ...invocation(subscriber, body), reason };
}

/**
 * The invocation that failed first: to handle a failure event that was itself given up on would repeat nothing. The failure
 * event of a job is kept, because the event handler records the job's failure by it.
 * @param functionOf the function of an ARN, if it is one of the stage's
 */
function originalInvocation(
  invocation: Invocation,
  functionOf: (arn: string) => FunctionName | undefined,
): Invocation {
  const failure = FailureEvent.safeParse(invocation.event);
  if (!failure.success) return invocation;
  const { requestContext, requestPayload } = failure.data.detail;
  if (JobRequested.safeParse(requestPayload).success) return { ...invocation, target: 'event-handler' };
  const target = functionOf(requestContext.functionArn);
  return target ? originalInvocation({ target, event: requestPayload }, functionOf) : invocation;
}
