import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { isCommitKey, unreadableReason } from '../events/stored.ts';
import { type CommitPlace, type Discarded, inStreamOrder } from './failure.ts';

type Attributes = Parameters<typeof unmarshall>[0];

/** What Lambda keeps of a batch. Source: Lambda guide, "Retain discarded records for a DynamoDB event source". */
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
  RecordAgeExceeded: 'it waited for too long',
  EventAgeExceeded: 'it waited for too long',
};

/**
 * A batch that Lambda put in the failure bucket, as the commits it holds.
 * @returns undefined for what is no such record
 */
export function discardedBatch(object: string, body: unknown): Discarded | undefined {
  const record = InvocationRecord.safeParse(body);
  if (!record.success) return undefined;
  const { timestamp, requestContext, payload } = record.data;
  const { condition } = requestContext;
  const commits = commitsOf(payload);
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

function commitsOf(payload: string | undefined): CommitPlace[] | undefined {
  const batch = Batch.safeParse(parsed(payload));
  if (!batch.success) return undefined;
  return batch.data.Records.flatMap(({ eventName, dynamodb: { Keys, NewImage } }) => {
    if (eventName !== 'INSERT' || !isCommitKey(Keys.sk.S)) return [];
    const reason = NewImage && reasonOf(NewImage as Attributes);
    return [{ stream: Keys.pk.S, version: Number(Keys.sk.S), reason: reason ?? '' }];
  });
}

function reasonOf(image: Attributes): string | undefined {
  try {
    return unreadableReason(unmarshall(image));
  } catch {
    return 'what Lambda kept of it is damaged';
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '', binary);
  } catch {
    return undefined;
  }
}

/** Attribute values of type B are Base64 in JSON; no other member of that name holds text. */
const binary = (name: string, value: unknown) =>
  name === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
