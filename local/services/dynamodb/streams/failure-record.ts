import type { GivenUp } from './deliver.ts';
import type { StreamMapping } from './mapping.ts';
import type { StreamRecord } from './reader.ts';

const second = (record: StreamRecord | undefined) =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString().replace('.000Z', 'Z');

/**
 * The record that a failure destination gets for discarded records. Only a bucket gets the records themselves.
 * @param requestId of the last invocation
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureRecord(
  { records, condition, invocations, error }: GivenUp<StreamRecord>,
  mapping: StreamMapping,
  shardId: string,
  requestId: string,
  at: Date,
): Record<string, unknown> {
  const [first] = records;
  const last = records.at(-1);
  return {
    version: '1.0',
    timestamp: at.toISOString(),
    requestContext: {
      requestId,
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: error === undefined ? null : 'Unhandled',
    },
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: second(first),
      approximateArrivalOfLastRecord: second(last),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
    ...(mapping.onFailure?.startsWith('arn:aws:s3:')
      ? { payload: JSON.stringify({ Records: records }) }
      : {}),
  };
}
