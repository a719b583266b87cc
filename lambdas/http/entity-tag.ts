import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';

/** Characters of a tag: of two answers by chance one pair in 2^96 has the same. Our own. */
const tagChars = 16;

/**
 * An answer to a GET with its entity tag, which is weak because API Gateway may compress the answer; without its body, as 304, where
 * the client has that already (RFC 9110 §8.8.3, §13.1.2 and §15.4.5).
 * @param held `If-None-Match` of the request: tags, or `*` for any
 */
export function tagged(response: APIGatewayProxyResult, held: string | undefined): APIGatewayProxyResult {
  const hash = createHash('sha256').update(response.body).digest('base64url').slice(0, tagChars);
  // The answer is one caller's, who asks each time whether it is still the same.
  const headers = { ...response.headers, etag: `W/"${hash}"`, 'cache-control': 'private, no-cache' };
  const isHeld = held?.trim() === '*' || held?.includes(`"${hash}"`) === true;
  if (!isHeld) return { ...response, headers };
  const { 'content-type': _, ...withoutType } = headers as Record<string, string>;
  return { statusCode: 304, headers: withoutType, body: '' };
}
