import type { EventBridgeEvent } from 'aws-lambda';
import { failJob, job } from '../../domain/job.ts';
import { execute } from '../../platform/events/execute.ts';
import { causedBy, isDomainEvent } from '../../platform/events/published.ts';
import type { EventStore } from '../../platform/events/store.ts';

/** What Lambda sends to an on-failure destination (AWS Lambda guide, "Capturing records of asynchronous invocations"). */
interface InvocationRecord {
  readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number };
  readonly requestPayload: unknown;
  readonly responsePayload?: { readonly errorType?: string } | null;
}

type FailedInvocation = EventBridgeEvent<string, InvocationRecord>;

export function isFailedInvocation(event: EventBridgeEvent<string, unknown>): event is FailedInvocation {
  return event.source === 'lambda' && event['detail-type'] === 'Lambda Function Invocation Result - Failure';
}

/** A job's function ended without an answer, after every retry: the job must not look as if it went on. */
export async function failAbandonedJob(store: EventStore, event: FailedInvocation): Promise<void> {
  const request = event.detail.requestPayload;
  if (!isDomainEvent(request, 'JobRequested')) return;
  const { condition, approximateInvokeCount } = event.detail.requestContext;
  const how = event.detail.responsePayload?.errorType ?? condition;
  const reason = `Given up after ${approximateInvokeCount} attempts; the last ended with ${how}.`;
  await execute(store, job, request.detail.stream, causedBy(request.detail, 'event-handler'), (state) =>
    failJob(state, reason, true),
  );
}
