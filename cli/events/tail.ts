import { setTimeout as delay } from 'node:timers/promises';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { CliError } from '../errors.ts';
import { isCommitKey, type StoredEvent, storedEvents } from './stored.ts';

interface Source {
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly eventStore: string;
}

/** The position in a shard. */
interface Reader {
  readonly shard: string;
  iterator: string | undefined;
  /** Sequence number of the last record. */
  sequence: string | undefined;
}

/** Milliseconds between two polls. DynamoDB allows five reads per second and shard, including the projector's. */
const pollMs = 500;
/** Polls between two listings of the shards: AWS rotates shards about every four hours. */
const pollsPerListing = 20;

/**
 * Events recorded from now on, until the signal aborts.
 * @param onReady called once no later event can be missed
 */
export async function* newEvents(
  source: Source,
  signal: AbortSignal,
  onReady: () => void,
): AsyncGenerator<StoredEvent> {
  const arn = await streamArn(source);
  const known = new Set<string>();
  const readers: Reader[] = [];
  const shards = await listShards(source, arn);
  const parents = new Set(shards.map(({ ParentShardId }) => ParentShardId));
  for (const { ShardId = '' } of shards) {
    known.add(ShardId);
    // A shard with a successor gets no more records.
    if (parents.has(ShardId)) continue;
    readers.push({
      shard: ShardId,
      iterator: await shardIterator(source, arn, ShardId),
      sequence: undefined,
    });
  }
  onReady();
  for (let polls = 1; !signal.aborted; polls++) {
    for (const reader of readers) {
      for (const record of await nextRecords(source, arn, reader)) yield* recordEvents(record);
    }
    const ended = readers.some(({ iterator }) => iterator === undefined);
    readers.splice(0, readers.length, ...readers.filter(({ iterator }) => iterator !== undefined));
    if (ended || polls % pollsPerListing === 0) {
      for (const { ShardId = '' } of await listShards(source, arn)) {
        if (known.has(ShardId)) continue;
        known.add(ShardId);
        // The shard is newer than this command: all of its records are new.
        const iterator = await shardIterator(source, arn, ShardId, 'TRIM_HORIZON');
        readers.push({ shard: ShardId, iterator, sequence: undefined });
      }
    }
    await delay(pollMs, undefined, { signal }).catch(() => {});
  }
}

async function streamArn({ dynamodb, eventStore }: Source): Promise<string> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: eventStore }));
  if (Table?.LatestStreamArn) return Table.LatestStreamArn;
  throw new CliError(
    `${eventStore} has no DynamoDB stream: its stack is not Nova's, or was changed by hand.`,
  );
}

async function listShards({ streams }: Source, StreamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let start: string | undefined;
  do {
    const { StreamDescription } = await streams.send(
      new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId: start }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    start = StreamDescription?.LastEvaluatedShardId;
  } while (start);
  return shards;
}

async function shardIterator(
  { streams }: Source,
  StreamArn: string,
  ShardId: string,
  from: 'LATEST' | 'TRIM_HORIZON' | { readonly after: string } = 'LATEST',
): Promise<string | undefined> {
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId,
      ...(typeof from === 'string'
        ? { ShardIteratorType: from }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.after }),
    }),
  );
  return ShardIterator;
}

/** Records since the last poll. An iterator that has expired (after 15 minutes) is replaced. */
async function nextRecords(source: Source, arn: string, reader: Reader): Promise<readonly StreamRecord[]> {
  try {
    const { Records = [], NextShardIterator } = await source.streams.send(
      new GetRecordsCommand({ ShardIterator: reader.iterator }),
    );
    reader.iterator = NextShardIterator;
    reader.sequence = Records.at(-1)?.dynamodb?.SequenceNumber ?? reader.sequence;
    return Records;
  } catch (error) {
    if ((error as Error).name !== 'ExpiredIteratorException') throw error;
    const from = reader.sequence === undefined ? 'LATEST' : { after: reader.sequence };
    reader.iterator = await shardIterator(source, arn, reader.shard, from);
    return [];
  }
}

function recordEvents({ eventName, dynamodb }: StreamRecord): StoredEvent[] {
  if (eventName !== 'INSERT' || !dynamodb?.NewImage) return [];
  // Each of the two packages declares its own type of the same attribute values.
  const item = unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]);
  return isCommitKey(item.sk) ? storedEvents(item) : [];
}
