import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isSnapshotKey } from '@nova/shared/tables';
import type { DynamoDBRecord, AttributeValue as StreamAttribute } from 'aws-lambda';

/** Whether a record is a new commit. Commits never change, and removals are ignored. */
export function isCommit({ eventName, dynamodb }: DynamoDBRecord): boolean {
  return eventName === 'INSERT' && !!dynamodb?.NewImage && !isSnapshotKey(dynamodb.Keys?.sk?.S ?? '');
}

/** Key of the stream that a record belongs to. */
export const streamOf = (record: DynamoDBRecord): string => record.dynamodb?.Keys?.pk?.S ?? '';

/** The item of a record. */
export function itemOf(record: DynamoDBRecord): Record<string, unknown> {
  const image = record.dynamodb?.NewImage ?? {};
  return unmarshall(membersOf(image));
}

/** Lambda's events are JSON, so bytes come as base64 where the SDK has them as bytes. */
function fromJson(attribute: StreamAttribute): AttributeValue {
  if (attribute.B !== undefined) return { B: Buffer.from(attribute.B, 'base64') };
  if (attribute.L) return { L: attribute.L.map(fromJson) };
  if (attribute.M) return { M: membersOf(attribute.M) };
  return attribute as AttributeValue;
}

const membersOf = (members: Readonly<Record<string, StreamAttribute>>) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, fromJson(value)]));

/**
 * Does some work once for each stream of a batch, with all its records in order; streams run in parallel.
 * @returns a promise for each record, the same for all records of a stream
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
