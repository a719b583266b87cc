import type { EventMetadata, EventName, PublishedEvent } from '@nova/shared/events/index';
import { eventSource } from '@nova/shared/events/index';
import type { FunctionName } from '@nova/shared/functions';
import type { EventBridgeEvent } from 'aws-lambda';

export type DomainBridgeEvent<N extends EventName = EventName> = EventBridgeEvent<N, PublishedEvent<N>>;

/** Whether an invocation carries a domain event of one of the types. */
export function isDomainEvent<N extends EventName>(
  event: unknown,
  ...types: readonly N[]
): event is DomainBridgeEvent<N> {
  const candidate = event as Partial<DomainBridgeEvent> | null;
  return candidate?.source === eventSource && types.some((type) => type === candidate['detail-type']);
}

/** Metadata for events that a function appends because of another event. */
export function causedBy(event: PublishedEvent, actor: FunctionName): EventMetadata {
  return {
    correlationId: event.metadata.correlationId,
    causationId: event.id,
    actor: `function:${actor}`,
  };
}
