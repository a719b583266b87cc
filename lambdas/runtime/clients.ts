import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tracer } from './instrumentation.ts';

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

/**
 * Time limits of an SDK client: for the connection, and until an answer begins. The SDK retries after a timeout, within
 * its own bound. Without `throwOnRequestTimeout` it would only log a warning and keep waiting.
 * @param answerMs milliseconds until the answer begins
 */
export const timeLimits = (answerMs: number) => ({
  connectionTimeout: 1000,
  requestTimeout: answerMs,
  throwOnRequestTimeout: true,
});
