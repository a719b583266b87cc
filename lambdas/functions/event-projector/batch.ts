import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { parseCommit } from '@nova/shared/events/commit';
import type { StreamEvent } from '@nova/shared/events/index';
import type { DynamoDBRecord } from 'aws-lambda';

/** Whether a record is a new commit. Commits never change; what DynamoDB removes by TTL is no news. */
export function isCommit(record: DynamoDBRecord): boolean {
  return record.eventName === 'INSERT' && record.dynamodb?.NewImage !== undefined;
}

/** Key of the stream that a record belongs to. */
export const streamOf = (record: DynamoDBRecord): string => record.dynamodb?.Keys?.pk?.S ?? '';

/** @throws UnreadableCommitError */
export function eventsOf(record: DynamoDBRecord): StreamEvent[] {
  return parseCommit(unmarshall(record.dynamodb?.NewImage as Record<string, AttributeValue>));
}

/**
 * Does some work once for each stream of a batch, with all its records in order, streams side by side.
 * @returns what each record's stream came to: a promise a record, the same for all records of a stream
 */
export function oncePerStream<R>(
  records: readonly R[],
  keyOf: (record: R) => string,
  work: (records: readonly R[], key: string) => Promise<void>,
): ReadonlyMap<R, Promise<void>> {
  const outcomes = new Map<R, Promise<void>>();
  for (const [key, group] of Map.groupBy(records, keyOf)) {
    const outcome = work(group, key);
    for (const record of group) outcomes.set(record, outcome);
  }
  return outcomes;
}
