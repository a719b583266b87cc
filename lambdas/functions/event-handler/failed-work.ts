import { eventNames } from '@nova/shared/events/index';
import type { EventBridgeEvent } from 'aws-lambda';
import { execute } from '../../commands/execute.ts';
import { causedBy, isDomainEvent } from '../../commands/publish.ts';
import { failJob, job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { workNames } from '../../jobs/job-run.ts';

/** The record that Lambda sends to an on-failure destination (AWS Lambda guide, "Capturing records of asynchronous invocations"). */
interface InvocationRecord {
  readonly requestContext: {
    readonly functionArn: string;
    readonly condition: string;
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responsePayload?: { readonly errorType?: string } | null;
}

type FailedInvocation = EventBridgeEvent<string, InvocationRecord>;

export function isFailedInvocation(event: EventBridgeEvent<string, unknown>): event is FailedInvocation {
  return event.source === 'lambda' && event['detail-type'] === 'Lambda Function Invocation Result - Failure';
}

/** A function gave up on an event that is no job's work, so no stream records the failure. */
export class LostReactionError extends Error {
  override readonly name = 'LostReactionError';
}

/**
 * Fails a job whose function failed after every retry, so that it does not appear to be running.
 * @throws LostReactionError for any other work: the record then goes to the dead letter queue, with the event to resend
 */
export async function failAbandonedJob(store: EventStore, event: FailedInvocation): Promise<void> {
  const { requestPayload: request, requestContext, responsePayload } = event.detail;
  const { functionArn, condition, approximateInvokeCount } = requestContext;
  const how = `after ${approximateInvokeCount} attempts; the last ended with ${responsePayload?.errorType ?? condition}.`;
  if (!isDomainEvent(request, ...workNames)) {
    throw new LostReactionError(`${functionArn} gave up on ${describeEvent(request)} ${how}`);
  }
  await execute(store, job, request.detail.stream, causedBy(request.detail, 'event-handler'), (state) =>
    failJob(state, `Given up ${how}`, true),
  );
}

/** Names an event without its content. */
function describeEvent(request: unknown): string {
  if (!isDomainEvent(request, ...eventNames)) return 'an event that is not ours';
  return `${request.detail.type} ${request.detail.id}`;
}
