import { EventStreamCodec, getChunkedStream } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { messageOf, writeErrorMembers } from './messages.ts';
import type { ErrorShape, Operation, Protocol } from './schema.ts';

/** Frames of `application/vnd.amazon.eventstream`. */

export const eventStreamType = 'application/vnd.amazon.eventstream';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/**
 * The events inside a signed stream: each frame of a signed request wraps one event, an empty one ends it.
 * Unsigned streams pass as they are.
 */
export async function* unwrapSigned(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const frame of getChunkedStream(body)) {
    const message = codec.decode(frame);
    if (!message.headers[':chunk-signature']) yield frame;
    else if (message.body.length === 0) return;
    else yield message.body;
  }
}

const text = (value: string) => ({ type: 'string' as const, value });

/**
 * The frame that ends a stream with an error. A modeled error that the stream's union names becomes an exception of
 * that name; any other an unmodeled error with its code.
 */
export function errorFrame(
  protocol: Protocol,
  operation: Operation,
  shape: ErrorShape | undefined,
  error: unknown,
): Uint8Array {
  const member = shape && streamMemberOf(operation, shape);
  if (!shape || !member) {
    const code = error instanceof Error ? error.name : 'InternalServerException';
    const headers = {
      ':message-type': text('error'),
      ':error-code': text(code),
      ':error-message': text(messageOf(error)),
    };
    return codec.encode({ headers, body: new Uint8Array() });
  }
  const headers = {
    ':message-type': text('exception'),
    ':exception-type': text(member),
    ':content-type': text('application/json'),
  };
  return codec.encode({ headers, body: writeErrorMembers(protocol, shape, error) });
}

function streamMemberOf({ output }: Operation, { name }: ErrorShape): string | undefined {
  const union = output.getMemberSchema(output.getEventStreamMember());
  for (const [member, schema] of union.structIterator()) if (schema.getName() === name) return member;
  return undefined;
}
