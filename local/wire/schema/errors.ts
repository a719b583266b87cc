import { AwsError } from '../../contracts.ts';
import type { Answer } from '../respond.ts';
import { messageOf, writeErrorMembers } from './messages.ts';
import type { ErrorShape, Protocol } from './schema.ts';

/** Whether an error is an answer for the caller; any other error is a fault of the platform. */
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

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);

/**
 * An error as S3 writes it (S3 API reference, "REST error responses").
 * @param resource path of the bucket or object it is about
 * @param more elements beside the usual ones
 */
export function xmlError(
  code: string,
  status: number,
  message: string,
  { resource, requestId, more = {} }: XmlErrorDetails,
): Answer {
  const elements = { Code: code, Message: message, ...more, Resource: resource, RequestId: requestId };
  const body = Object.entries(elements).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${body.join('')}</Error>`,
  };
}

export interface XmlErrorDetails {
  readonly resource: string;
  readonly requestId: string;
  readonly more?: Readonly<Record<string, string>>;
}
