import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A platform: where it runs and how to authenticate. */
export interface Place {
  /** For people: `this machine (http://127.0.0.1:4010)`. */
  readonly where: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  /** Of all AWS services, where they are not AWS. */
  readonly endpoint?: string;
  /** The API, where it need not be looked up: its address without the stage, and keys by their names. */
  readonly api?: { readonly url: string; readonly keys: Readonly<Record<string, string>> };
  readonly credentials: DynamoDBClientConfig['credentials'];
}

/** Options that select a stage on AWS. */
export interface CloudOptions {
  readonly profile: string | undefined;
  readonly stage: string | undefined;
  readonly region: string | undefined;
}

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
