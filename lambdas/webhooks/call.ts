import { lookup } from 'node:dns';
import {
  type ClientRequest,
  type IncomingMessage,
  request as overHttp,
  type RequestOptions,
} from 'node:http';
import { request as overHttps } from 'node:https';
import { type Webhook, webhookHeaders } from '@nova/shared/api/webhooks';
import { limits } from '@nova/shared/limits';
import { version } from '@nova/shared/version';
import { Webhook as Signer } from 'standardwebhooks';
import { addressRefused, type CallResult } from '../domain/delivery.ts';
import { publicLookup, urlFault } from './address.ts';
import { retryAfterMs } from './retry-after.ts';

export interface CallDependencies {
  /** Internal hosts that may be called, also by http. */
  readonly internalHosts: readonly string[];
  /** Whether the call is still wanted; asked again when the connection is open, just before anything is sent. */
  readonly wanted: () => Promise<boolean>;
  /** Milliseconds until a call without a response fails; {@link limits.webhookMs} when absent. */
  readonly timeoutMs?: number;
  /** Certificates of the authorities to trust, PEM; those of Node when absent. */
  readonly ca?: string;
  /** Node's own when absent. */
  readonly lookup?: typeof lookup;
}

/** How a call ended. A failure is a code such as `ECONNREFUSED`: it never holds the address, which may be confidential. */
export type CallOutcome = CallResult | 'unwanted';

/** Failure of a call that got no response in time. */
const timedOut = 'TIMEOUT';

/** Responses of status 1xx before the response proper; a receiver that sends more is hostile. Our own. */
const interimResponses = 8;

/** Source: RFC 9110, 10.1.5 "User-Agent". Standard Webhooks asks for none. */
const userAgent = `Nova-Platform/${version}`;

/**
 * Posts a signed body to a webhook, once. Redirects are not followed. The body of the response is not read, and the
 * connection is closed as soon as the status is known, so no receiver can hold the caller or fill its memory.
 * @param id of the message, the same at every attempt, so that the receiver processes it once
 * @returns the receiver's status, or why there is none; a receiver cannot make it throw
 * @throws what `wanted` throws
 */
export async function callWebhook(
  { url, secret }: Webhook,
  id: string,
  body: string,
  dependencies: CallDependencies,
): Promise<CallOutcome> {
  const target = new URL(url);
  if (urlFault(target, dependencies.internalHosts)) return { failure: addressRefused };
  const request = (target.protocol === 'https:' ? overHttps : overHttp)(target, {
    ...optionsFor(target, dependencies),
    headers: {
      ...signedHeaders(id, body, secret),
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': userAgent,
    },
  });
  const outcome = outcomeOf(request);
  try {
    const early = await Promise.race([connected(request), outcome]);
    if (early) return early;
    if (!(await dependencies.wanted())) return 'unwanted';
    request.end(body);
    return await outcome;
  } finally {
    request.destroy();
  }
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

function optionsFor(
  target: URL,
  { internalHosts, ...given }: CallDependencies,
): RequestOptions & { ca?: string } {
  const { timeoutMs = limits.webhookMs, ca, lookup: resolve = lookup } = given;
  return {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    ...(ca ? { ca } : {}),
    ...(internalHosts.includes(target.hostname) ? {} : { lookup: publicLookup(resolve) }),
  };
}

/** Resolves when the connection is open, with TLS where the address is https. */
const connected = (request: ClientRequest) =>
  new Promise<undefined>((resolve) => {
    request.once('socket', (socket) =>
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => resolve(undefined)),
    );
  });

/** The status, or why there is none: an error, or a connection that closes, also one that the receiver upgrades. */
const outcomeOf = (request: ClientRequest) =>
  new Promise<CallOutcome>((resolve) => {
    let interim = 0;
    request
      .once('response', ({ statusCode = 0, headers }: IncomingMessage) => {
        const wait = retryAfterMs(headers['retry-after'], Date.now());
        resolve({ status: statusCode, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
      })
      .on('information', () => {
        interim += 1;
        if (interim <= interimResponses) return;
        resolve({ failure: 'TOO_MANY_INTERIM_RESPONSES' });
        request.destroy();
      })
      .on('error', (error) => resolve({ failure: failureCode(error) }))
      .once('close', () => resolve({ failure: 'CLOSED' }));
  });

/** How a connection failed, in a word: the messages of Node's errors hold addresses. */
function failureCode(error: Error & { code?: unknown }): string {
  if (error.name === 'AbortError') return timedOut;
  return typeof error.code === 'string' ? error.code : error.name;
}
