import type { APIGatewayProxyEvent, EventBridgeEvent } from 'aws-lambda';

/** Event of a function that answers routes and reacts to events. */
export type Invocation = APIGatewayProxyEvent | EventBridgeEvent<string, unknown>;

/** Whether an invocation is a request of the REST API (payload format 1.0). */
export function isApiEvent(event: Invocation): event is APIGatewayProxyEvent {
  return 'httpMethod' in event && 'requestContext' in event;
}

/** An invocation that no rule or route of this function causes: infrastructure and bundle do not match. */
export class UnknownInvocationError extends Error {
  override readonly name = 'UnknownInvocationError';

  constructor(event: Invocation) {
    const { source = 'an unknown source', 'detail-type': type = 'of unknown type' } = event as Partial<
      EventBridgeEvent<string, unknown>
    >;
    super(`This function does nothing with ${source} ${type}`);
  }
}
