import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { FunctionName } from '@nova/shared/functions';
import { deadLettersOf, failureBucketOf, functionNameOf, prefixOf, tableNameOf } from '@nova/shared/naming';
import type { Subscriber } from '@nova/shared/subscriptions';
import { clientSettings, type Place } from './place.ts';

/** Clients of a platform's AWS services, and the names of its resources. */
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

/** Milliseconds to wait for Lambda, which responds when the function has ended (60 s at most). */
const invokeMs = 70_000;

export function connectionTo(place: Place): Connection {
  const { region, endpoint, stage, accountId } = place;
  const prefix = prefixOf(stage);
  const settings = clientSettings(place);
  return {
    place,
    dynamodb: new DynamoDBClient(settings),
    streams: new DynamoDBStreamsClient(settings),
    lambda: new LambdaClient(clientSettings(place, invokeMs)),
    s3: new S3Client({ ...settings, forcePathStyle: endpoint !== undefined }),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: endpoint === undefined }),
    eventStore: tableNameOf(prefix, 'event-store'),
    failureBucket: failureBucketOf(prefix, accountId, region),
    functionName: (name) => functionNameOf(prefix, name),
    deadLetters: (name) => deadLettersOf(prefix, name),
  };
}
