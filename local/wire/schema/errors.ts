import { AwsError } from '../../contracts.ts';
import type { Answer } from '../respond.ts';
import { messageOf, writeErrorMembers } from './messages.ts';
import type { ErrorShape, Protocol } from './schema.ts';

/** Whether a service means this error for its caller; anything else is a fault of ours. */
export const isAnswer = (error: unknown, shape: ErrorShape | undefined) =>
  error instanceof AwsError || shape !== undefined;

/** A JSON protocol's answer to an error: its code in header and body, its modeled members beside the message. */
export function errorAnswer(protocol: Protocol, shape: ErrorShape | undefined, error: unknown): Answer {
  if (!isAnswer(error, shape)) return jsonError('InternalServerException', 500, 'The local service failed');
  if (!shape) {
    const { code, status, message } = error as AwsError;
    return jsonError(code, status, message);
  }
  const members = JSON.parse(new TextDecoder().decode(writeErrorMembers(protocol, shape, error))) as object;
  return jsonError(shape.name, shape.status, messageOf(error), members, shape.queryCode);
}

/**
 * An error as AWS's JSON protocols write it.
 * @param queryCode code for clients of SQS's older protocol
 */
export function jsonError(
  code: string,
  status: number,
  message: string,
  members: object = {},
  queryCode?: string,
): Answer {
  const fault = status < 500 ? 'Sender' : 'Receiver';
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': code,
      ...(queryCode ? { 'x-amzn-query-error': `${queryCode};${fault}` } : {}),
    },
    body: JSON.stringify({ __type: code, ...members, message }),
  };
}
