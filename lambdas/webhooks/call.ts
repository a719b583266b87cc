import { once } from 'node:events';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { type Webhook, webhookHeaders } from '@nova/shared/api/webhooks';
import { limits } from '@nova/shared/limits';
import { Webhook as Signer } from 'standardwebhooks';
import { InternalAddressError, isInternalLiteral, publicLookup } from './address.ts';

/** The receiver did not accept the call. The message names the host only: the rest of the address may be confidential. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/**
 * Posts a signed body to a webhook, once. Redirects are not followed, and responses are not read.
 * @param id of the message, the same at every attempt, so that the receiver processes it once
 * @param internalHosts hosts that may be called although they are internal
 * @throws WebhookError without a 2xx response within {@link limits.webhookMs}; InternalAddressError
 */
export async function callWebhook(
  { url, secret }: Webhook,
  id: string,
  body: string,
  internalHosts: readonly string[],
): Promise<void> {
  const target = new URL(url);
  const allowed = internalHosts.includes(target.hostname);
  if (!allowed && isInternalLiteral(target)) throw new InternalAddressError(target.hostname);
  const status = await post(target, body, signedHeaders(id, body, secret), allowed);
  if (status < 200 || status > 299) throw new WebhookError(`${target.host} answered ${status}`);
}

/** Source: Standard Webhooks specification, "Signature scheme". */
function signedHeaders(id: string, body: string, secret: string): Record<string, string> {
  const now = new Date();
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: String(Math.floor(now.getTime() / 1000)),
    [webhookHeaders.signature]: new Signer(secret).sign(id, now, body),
  };
}

async function post(
  target: URL,
  body: string,
  headers: Record<string, string>,
  internal: boolean,
): Promise<number> {
  const request = (target.protocol === 'https:' ? overHttps : overHttp)(target, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    agent: false,
    signal: AbortSignal.timeout(limits.webhookMs),
    ...(internal ? {} : { lookup: publicLookup }),
  });
  try {
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.statusCode ?? 0;
  } catch (error) {
    if (error instanceof InternalAddressError) throw error;
    throw new WebhookError(`${target.host} did not answer: ${failureCode(error)}`);
  } finally {
    request.destroy();
  }
}

/** How a connection failed, in a word: the messages of Node's errors hold addresses. */
function failureCode(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  if (name === 'AbortError') return `nothing within ${limits.webhookMs / 1000} s`;
  return typeof code === 'string' ? code : String(name);
}
