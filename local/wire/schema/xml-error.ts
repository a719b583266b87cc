import type { Answer } from '../respond.ts';

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
