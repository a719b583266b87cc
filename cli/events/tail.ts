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

/** A shard that is being read. */
interface Reader {
  readonly shard: string;
  iterator: string | undefined;
  /** Of the last record, to go on behind. */
  sequence: string | undefined;
}

/** Milliseconds between looks. DynamoDB allows five a second a shard, the projector's own included. */
const lookAgainMs = 500;
/** Looks between two at the list of shards: AWS splits them about every four hours. */
const looksPerListing = 20;

/**
 * Events as they are written from now on, until the signal.
 * @param onReady called when nothing written from then on is missed
 */
export async function* tail(
  source: Source,
  signal: AbortSignal,
  onReady: () => void,
): AsyncGenerator<StoredEvent> {
  const arn = await streamOf(source);
  const known = new Set<string>();
  const readers: Reader[] = [];
  const shards = await shardsOf(source, arn);
  const parents = new Set(shards.map(({ ParentShardId }) => ParentShardId));
  for (const { ShardId = '' } of shards) {
    known.add(ShardId);
    // A shard that has been split gets no more.
    if (parents.has(ShardId)) continue;
    readers.push({ shard: ShardId, iterator: await iteratorOf(source, arn, ShardId), sequence: undefined });
  }
  onReady();
  for (let looks = 1; !signal.aborted; looks++) {
    for (const reader of readers) {
      for (const record of await recordsOf(source, arn, reader)) yield* eventsOfRecord(record);
    }
    const ended = readers.some(({ iterator }) => iterator === undefined);
    readers.splice(0, readers.length, ...readers.filter(({ iterator }) => iterator !== undefined));
    if (ended || looks % looksPerListing === 0) {
      for (const { ShardId = '' } of await shardsOf(source, arn)) {
        if (known.has(ShardId)) continue;
        known.add(ShardId);
        // It began after the command did: all of it is news.
        const iterator = await iteratorOf(source, arn, ShardId, 'TRIM_HORIZON');
        readers.push({ shard: ShardId, iterator, sequence: undefined });
      }
    }
    await delay(lookAgainMs, undefined, { signal }).catch(() => {});
  }
}

async function streamOf({ dynamodb, eventStore }: Source): Promise<string> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: eventStore }));
  if (Table?.LatestStreamArn) return Table.LatestStreamArn;
  throw new CliError(
    `${eventStore} has no stream: its stack is not of this project, or was changed by hand.`,
  );
}

async function shardsOf({ streams }: Source, StreamArn: string): Promise<Shard[]> {
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

async function iteratorOf(
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

/** Records since the last look; an iterator that grew old (15 minutes) is had anew. */
async function recordsOf(source: Source, arn: string, reader: Reader): Promise<readonly StreamRecord[]> {
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
    reader.iterator = await iteratorOf(source, arn, reader.shard, from);
    return [];
  }
}

function eventsOfRecord({ eventName, dynamodb }: StreamRecord): StoredEvent[] {
  if (eventName !== 'INSERT' || !dynamodb?.NewImage) return [];
  // The two packages name the same attribute values each for itself.
  const item = unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]);
  return isCommitKey(item.sk) ? storedEvents(item) : [];
}
