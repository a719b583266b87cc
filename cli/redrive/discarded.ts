import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { isCommitKey, unreadableReason } from '../events/stored.ts';
import { parseJson } from '../json.ts';
import { type Discarded, type FailedCommit, inStreamOrder } from './failure.ts';

type Attributes = Parameters<typeof unmarshall>[0];

/** Lambda's record of a discarded batch. Source: Lambda guide, "Retain discarded records for a DynamoDB event source". */
const InvocationRecord = z.object({
  timestamp: z.string(),
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.int().optional() }),
  payload: z.string().optional(),
});

const Batch = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
        NewImage: z.record(z.string(), z.unknown()).optional(),
      }),
    }),
  ),
});

const conditions: Readonly<Record<string, string>> = {
  RetryAttemptsExhausted: 'every retry failed',
  RetriesExhausted: 'every retry failed',
  RecordAgeExceeded: 'it expired while waiting',
  EventAgeExceeded: 'it expired while waiting',
};

/**
 * The commits of a batch that Lambda wrote to the failure bucket.
 * @returns undefined for anything but such a record
 */
export function discardedBatch(object: string, body: unknown): Discarded | undefined {
  const record = InvocationRecord.safeParse(body);
  if (!record.success) return undefined;
  const { timestamp, requestContext, payload } = record.data;
  const { condition } = requestContext;
  const commits = batchCommits(payload);
  if (!commits) return undefined;
  const reason = conditions[condition] ?? condition;
  return {
    kind: 'discarded',
    key: object,
    object,
    reason,
    since: timestamp,
    commits: commits.map((commit) => ({ ...commit, reason: commit.reason || reason })).sort(inStreamOrder),
  };
}

function batchCommits(payload: string | undefined): FailedCommit[] | undefined {
  const batch = Batch.safeParse(parseJson(payload, binary));
  if (!batch.success) return undefined;
  return batch.data.Records.flatMap(({ eventName, dynamodb: { Keys, NewImage } }) => {
    if (eventName !== 'INSERT' || !isCommitKey(Keys.sk.S)) return [];
    const reason = NewImage && unreadableImage(NewImage as Attributes);
    return [{ stream: Keys.pk.S, version: Number(Keys.sk.S), reason: reason ?? '' }];
  });
}

function unreadableImage(image: Attributes): string | undefined {
  try {
    return unreadableReason(unmarshall(image));
  } catch {
    return 'the record of Lambda is damaged';
  }
}

/** A JSON reviver: attribute values of type B are Base64, and no other member of that name is a string. */
const binary = (name: string, value: unknown) =>
  name === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
