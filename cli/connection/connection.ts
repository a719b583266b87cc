import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { FunctionName } from '@nova/shared/functions';
import { deadLettersOf, failureBucketOf, functionNameOf, prefixOf, tableNameOf } from '@nova/shared/naming';
import type { Subscriber } from '@nova/shared/subscriptions';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Where a platform is and how to get in. */
export interface Place {
  /** For people: `this machine, stage dev`. */
  readonly where: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  /** Of all AWS services, where it is not AWS. */
  readonly endpoint?: string;
  /** The API, where it need not be looked up: its address without the stage, and keys by their names. */
  readonly api?: { readonly url: string; readonly keys: Readonly<Record<string, string>> };
  readonly credentials: NonNullable<ConstructorParameters<typeof DynamoDBClient>[0]>['credentials'];
}

/** A platform one can ask: its clients, and the names of what it is made of. */
export interface Connection {
  readonly place: Place;
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly eventStore: string;
  readonly failureBucket: string;
  functionName(name: FunctionName): string;
  deadLetters(name: Subscriber): string;
}

/** Milliseconds to reach a service, and for it to answer; Lambda answers when the function has ended (60 s at most). */
const connectMs = 3000;
const answerMs = 20_000;
const invokeMs = 70_000;
/** Tries of one call, the first counted. */
const maxAttempts = 4;

/** HTTP with an end to every wait. */
export const timeLimited = (requestTimeout = answerMs) =>
  new NodeHttpHandler({ connectionTimeout: connectMs, requestTimeout, throwOnRequestTimeout: true });

export function connectionTo(place: Place): Connection {
  const { region, credentials, endpoint, stage } = place;
  const prefix = prefixOf(stage);
  const common = {
    region,
    maxAttempts,
    ...(credentials ? { credentials } : {}),
    ...(endpoint ? { endpoint } : {}),
  };
  const settings = { ...common, requestHandler: timeLimited() };
  return {
    place,
    dynamodb: new DynamoDBClient(settings),
    streams: new DynamoDBStreamsClient(settings),
    lambda: new LambdaClient({ ...common, requestHandler: timeLimited(invokeMs) }),
    s3: new S3Client({ ...settings, forcePathStyle: endpoint !== undefined }),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: endpoint === undefined }),
    eventStore: tableNameOf(prefix, 'event-store'),
    failureBucket: failureBucketOf(prefix, place.accountId, region),
    functionName: (name) => functionNameOf(prefix, name),
    deadLetters: (name) => deadLettersOf(prefix, name),
  };
}
