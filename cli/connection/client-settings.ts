import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Place } from './place.ts';

/** Milliseconds to connect to a service, and to wait for its response. */
const connectMs = 3000;
const responseMs = 20_000;
/** Attempts of one call, the first included. */
const maxAttempts = 4;

/** HTTP with a limit on every wait. */
export const timeLimited = (requestTimeout = responseMs) =>
  new NodeHttpHandler({ connectionTimeout: connectMs, requestTimeout, throwOnRequestTimeout: true });

/** Settings of an AWS client for a platform. */
export const clientSettings = ({ region, credentials, endpoint }: Place, requestTimeout?: number) => ({
  region,
  maxAttempts,
  ...(credentials ? { credentials } : {}),
  ...(endpoint ? { endpoint } : {}),
  requestHandler: timeLimited(requestTimeout),
});
