import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tracer } from './instrumentation.ts';
import { timeLimits } from './time-limits.ts';

/**
 * The DynamoDB document client, traced. Undefined values are left out of items, as JSON leaves them out.
 * Time limits keep a lost connection from using up the function's time; the SDK retries within its own bound.
 */
export function documentClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ requestHandler: timeLimits(3000) });
  return DynamoDBDocumentClient.from(tracer.captureAWSv3Client(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
