import { eventSource } from '@nova/shared/events/index';
import type { FunctionName } from '@nova/shared/functions';
import * as z from 'zod';

/** What is to be done again, and by whom. */
export interface Work {
  readonly target: FunctionName;
  readonly event: unknown;
}

/** What Lambda tells the bus of an event that a function gave up on. */
const FailureEvent = z.object({
  source: z.literal('lambda'),
  'detail-type': z.literal('Lambda Function Invocation Result - Failure'),
  detail: z.object({
    requestContext: z.object({ functionArn: z.string() }),
    requestPayload: z.unknown(),
  }),
});

const JobRequested = z.object({ source: z.literal(eventSource), 'detail-type': z.literal('JobRequested') });

/**
 * The work that was first given up on: a failure event that nobody could deal with brings nothing about by itself. That
 * of a job stays as it is, because the event handler records the job's failure by it.
 * @param named the function of an ARN, if it is one of ours
 */
export function originalWork(work: Work, named: (functionArn: string) => FunctionName | undefined): Work {
  const failure = FailureEvent.safeParse(work.event);
  if (!failure.success) return work;
  const { requestContext, requestPayload } = failure.data.detail;
  if (JobRequested.safeParse(requestPayload).success) return { ...work, target: 'event-handler' };
  const target = named(requestContext.functionArn);
  return target ? originalWork({ target, event: requestPayload }, named) : work;
}
