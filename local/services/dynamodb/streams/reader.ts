import { type EngineClient, EngineError, stream, table } from '../client.ts';

/** Values that the engine has differently from AWS. */
export interface StreamIdentity {
  readonly region: string;
  /** As in the stack; the engine labels its streams differently. */
  readonly streamArn: string;
  readonly tableName: string;
}

interface Position {
  readonly ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' | 'AFTER_SEQUENCE_NUMBER';
  readonly SequenceNumber?: string;
}

/** Reads one shard of a table's stream from a position on. */
export class ShardReader {
  readonly shardId: string;
  readonly #client: EngineClient;
  readonly #identity: StreamIdentity;
  readonly #engineArn: string;
  #iterator: string | undefined;

  private constructor(client: EngineClient, identity: StreamIdentity, engineArn: string, shardId: string) {
    this.#client = client;
    this.#identity = identity;
    this.#engineArn = engineArn;
    this.shardId = shardId;
  }

  /**
   * Opens the shards a table's stream has now.
   * @throws Error when the table has no stream
   */
  static async open(client: EngineClient, identity: StreamIdentity): Promise<ShardReader[]> {
    const TableName = identity.tableName;
    const { Table } = await client.call<{ Table: { LatestStreamArn?: string } }>(table('DescribeTable'), {
      TableName,
    });
    const StreamArn = Table.LatestStreamArn;
    if (!StreamArn) throw new Error(`The table ${TableName} has no stream.`);
    const { StreamDescription } = await client.call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      stream('DescribeStream'),
      { StreamArn },
    );
    return StreamDescription.Shards.map(
      ({ ShardId }) => new ShardReader(client, identity, StreamArn, ShardId),
    );
  }

  /** Goes to a position: after a record, or to an end of the stream. */
  async seek(position: Position): Promise<void> {
    const { ShardIterator } = await this.#client.call<{ ShardIterator: string }>(stream('GetShardIterator'), {
      StreamArn: this.#engineArn,
      ShardId: this.shardId,
      ...position,
    });
    this.#iterator = ShardIterator;
  }

  /**
   * The next records, possibly none.
   * @throws Error when the engine does not answer, or the iterator has expired: seek again
   */
  async read(limit: number): Promise<StreamRecord[]> {
    if (!this.#iterator) throw new EngineError('ExpiredIteratorException', 'There is no iterator');
    const answer = await this.#client.call<{ Records: StreamRecord[]; NextShardIterator?: string }>(
      stream('GetRecords'),
      { ShardIterator: this.#iterator, Limit: limit },
    );
    this.#iterator = answer.NextShardIterator;
    return answer.Records.map((record) => ({
      ...record,
      awsRegion: this.#identity.region,
      eventSourceARN: this.#identity.streamArn,
    }));
  }

  /** Whether the shard has been read to its end, and will never have more. */
  get ended(): boolean {
    return this.#iterator === undefined;
  }
}

/** A record of a DynamoDB stream, in the shape Lambda hands to a function. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds since the epoch. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: object;
    readonly NewImage?: object;
    readonly OldImage?: object;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  /** Set by DynamoDB where it deleted an item past its time to live. */
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
  readonly eventSourceARN: string;
}

/** Age of a record in milliseconds. */
export const ageOf = ({ dynamodb }: StreamRecord, now: number) =>
  now - dynamodb.ApproximateCreationDateTime * 1000;
