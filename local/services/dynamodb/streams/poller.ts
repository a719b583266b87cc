import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InvokeResult, Logger } from '../../../contracts.ts';
import type { EngineClient } from '../client.ts';
import type { Checkpoints } from './checkpoints.ts';
import { deliverBatch, type GivenUp, outcomeOf } from './deliver.ts';
import { failureRecord } from './failure-record.ts';
import type { StreamMapping } from './mapping.ts';
import { ageOf, ShardReader, type StreamRecord } from './reader.ts';

export interface PollerDependencies {
  readonly mapping: StreamMapping;
  readonly region: string;
  readonly client: EngineClient;
  readonly checkpoints: Checkpoints;
  readonly invoke: (payload: unknown, requestId: string) => Promise<InvokeResult>;
  /** Puts the record of a discarded batch into the mapping's failure destination. */
  readonly deliverFailure: (record: object, objectKeyParts: readonly string[], at: Date) => Promise<void>;
  readonly matches: (filters: readonly object[], record: StreamRecord) => boolean;
  readonly logger: Logger;
  /** Milliseconds between looks without a nudge. */
  readonly idleMs?: number;
  /** Milliseconds before the first retry of a batch; doubles with each. */
  readonly retryMs?: number;
}

const defaults = { idleMs: 1000, retryMs: 100 };
const longestRetryMs = 10_000;

/** Feeds one stream to one function, as an event source mapping does. */
export class StreamPoller {
  readonly #dependencies: PollerDependencies & typeof defaults;
  readonly #stop = new AbortController();
  #nudged = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  constructor(dependencies: PollerDependencies) {
    this.#dependencies = { ...defaults, ...dependencies };
  }

  start(): void {
    this.#running = this.#poll();
  }

  /** Makes the poller look now: something may have been written. */
  nudge(): void {
    this.#nudged.resolve();
  }

  /** Ends, after at most the invocation under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.nudge();
    await this.#running;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #poll(): Promise<void> {
    const { client, mapping, region } = this.#dependencies;
    while (!this.#stopped) {
      // The present shards are read to their end before newer ones are listed.
      await this.#persist(async () => {
        const shards = await ShardReader.open(client, { ...mapping, region });
        await Promise.all(shards.map((shard) => this.#persist(() => this.#follow(shard))));
      });
      await this.#rest();
    }
  }

  /** Repeats work until it succeeds once; the engine may be away meanwhile. */
  async #persist(work: () => Promise<void>): Promise<void> {
    const { mapping, logger } = this.#dependencies;
    while (!this.#stopped) {
      try {
        await work();
        return;
      } catch (error) {
        if (this.#stopped) return;
        logger.warn(
          `${mapping.tableName}: reading its stream again after an error: ${(error as Error).message}`,
        );
        await this.#pause(this.#dependencies.idleMs);
      }
    }
  }

  /** Reads a shard until it ends. */
  async #follow(shard: ShardReader): Promise<void> {
    const { mapping, checkpoints } = this.#dependencies;
    const last = checkpoints.read(mapping.uuid, shard.shardId);
    await shard.seek(
      last === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last },
    );
    if (last === undefined && mapping.startingPosition === 'LATEST') await this.#skip(shard);
    while (!this.#stopped && !shard.ended) {
      this.#nudged = Promise.withResolvers();
      const records = await shard.read(mapping.batchSize);
      if (records.length > 0) await this.#deliver(await this.#gather(shard, records), shard.shardId);
      else await this.#rest();
    }
  }

  /** A mapping that starts at the latest skips existing records; the checkpoint keeps them skipped after a restart. */
  async #skip(shard: ShardReader): Promise<void> {
    const { mapping, checkpoints } = this.#dependencies;
    for (;;) {
      const records = await shard.read(1000);
      const last = records.at(-1);
      if (!last) return;
      checkpoints.write(mapping.uuid, shard.shardId, last.dynamodb.SequenceNumber);
    }
  }

  /** Waits for a fuller batch, as long as the stack's batching window allows. */
  async #gather(shard: ShardReader, first: readonly StreamRecord[]): Promise<StreamRecord[]> {
    const { batchSize, batchingWindowMs } = this.#dependencies.mapping;
    const records = [...first];
    const end = performance.now() + batchingWindowMs;
    while (records.length < batchSize && performance.now() < end && !this.#stopped && !shard.ended) {
      this.#nudged = Promise.withResolvers();
      const more = await shard.read(batchSize - records.length);
      records.push(...more);
      if (more.length === 0) await this.#rest(end - performance.now());
    }
    return records;
  }

  async #deliver(records: readonly StreamRecord[], shardId: string): Promise<void> {
    const { mapping, checkpoints, matches, invoke, retryMs } = this.#dependencies;
    const checkpoint = ({ dynamodb }: StreamRecord) => {
      if (!this.#stopped) checkpoints.write(mapping.uuid, shardId, dynamodb.SequenceNumber);
    };
    const wanted = records.filter((record) => matches(mapping.filters, record));
    let requestId = '';
    await deliverBatch(wanted, {
      bisect: mapping.bisect,
      maximumRetries: mapping.maximumRetries,
      expired: (record) => ageOf(record, Date.now()) > mapping.maximumAgeMs,
      invoke: async (batch) => {
        requestId = randomUUID();
        const result = await invoke({ Records: batch }, requestId);
        // An invocation that the end of the platform interrupted has not failed.
        return this.#stopped
          ? { kind: 'not-run' }
          : outcomeOf(result, batch, mapping.reportBatchItemFailures);
      },
      giveUp: (given) => this.#giveUp(given, shardId, requestId),
      checkpoint,
      pause: (attempt) => this.#pause(Math.min(retryMs * 2 ** attempt, longestRetryMs)),
    });
    const last = records.at(-1);
    if (last) checkpoint(last);
  }

  async #giveUp(given: GivenUp<StreamRecord>, shardId: string, requestId: string): Promise<void> {
    const { mapping, deliverFailure, logger } = this.#dependencies;
    const count = `${given.records.length} record${given.records.length === 1 ? '' : 's'}`;
    logger.error(
      `${mapping.tableName}: ${count} discarded (${given.condition}), ${mapping.onFailure ? `kept in ${mapping.onFailure}` : 'lost: the mapping has no failure destination'}`,
    );
    if (!mapping.onFailure) return;
    const at = new Date();
    const record = failureRecord(given, mapping, shardId, requestId, at);
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        await deliverFailure(record, [mapping.uuid, shardId], at);
        return;
      } catch (error) {
        logger.error(`${mapping.onFailure} did not take a failure record: ${(error as Error).message}`);
        await this.#pause(Math.min(this.#dependencies.retryMs * 2 ** attempt, longestRetryMs));
      }
    }
  }

  /** Waits for a nudge, or for the time between two looks. */
  async #rest(limitMs = this.#dependencies.idleMs): Promise<void> {
    const timer = new AbortController();
    await Promise.race([
      this.#nudged.promise,
      delay(Math.max(limitMs, 0), undefined, { signal: timer.signal }),
    ]).catch(() => {});
    timer.abort();
  }

  /** @returns false when the platform stopped meanwhile */
  async #pause(ms: number): Promise<boolean> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
    return !this.#stopped;
  }
}
