import { join } from 'node:path';
import type { AwsService, InvokeResult, Logger, Stack } from '../../contracts.ts';
import { Faults } from '../../faults/faults.ts';
import type { FaultRates } from '../../faults/rates.ts';
import { type DatabaseFault, databaseFaults } from '../../faults/rates.ts';
import { type Destinations, deliver, recordKey } from '../lambda/destinations.ts';
import type { Engine } from './engine/engine.ts';
import { DynamoDbService } from './service.ts';
import { Checkpoints } from './streams/checkpoints.ts';
import { mappingsOf, type StreamMapping } from './streams/mapping.ts';
import { StreamPoller } from './streams/poller.ts';
import type { StreamRecord } from './streams/reader.ts';
import { createTables } from './tables.ts';

export interface DynamoDbDependencies {
  readonly stack: Stack;
  readonly engine: Engine;
  readonly dataDirectory: string;
  readonly logger: Logger;
  readonly invoke: (functionArn: string, payload: unknown, requestId: string) => Promise<InvokeResult>;
  readonly destinations: () => Destinations;
  /** @throws AwsError where the function's role may not read the stream, or write to the failure destination */
  readonly authorise: (mapping: StreamMapping, action: string, resource: string) => void;
  readonly matches: (pattern: object, record: StreamRecord) => boolean;
  /** Faults to inject into requests; none when absent. */
  readonly faults?: FaultRates<DatabaseFault>;
  /** Milliseconds between two sweeps of items past their time to live. */
  readonly sweepMs?: number;
}

/** DynamoDB deletes within days; on a laptop, half a minute shows the effect. */
const defaultSweepMs = 30_000;
/** Lambda's actions on a stream, with the function's role. */
const streamActions = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];

/** The tables of the stack, their streams and their time to live. */
export class DynamoDb {
  readonly service: AwsService;
  readonly faults: Faults<DatabaseFault>;
  readonly #dependencies: DynamoDbDependencies;
  readonly #checkpoints: Checkpoints;
  readonly #pollers: StreamPoller[];
  #sweeper: NodeJS.Timeout | undefined;

  private constructor(dependencies: DynamoDbDependencies) {
    this.#dependencies = dependencies;
    const mappings = mappingsOf(dependencies.stack);
    this.#checkpoints = new Checkpoints(join(dependencies.dataDirectory, 'streams.db'));
    this.#pollers = mappings.flatMap((mapping) => this.#poller(mapping));
    this.faults = new Faults(databaseFaults, dependencies.faults);
    this.service = new DynamoDbService(dependencies.stack, dependencies.engine.client, this.faults, () =>
      this.#nudge(),
    );
  }

  /** @throws StackError when a table on disk does not fit the stack */
  static async open(dependencies: DynamoDbDependencies): Promise<DynamoDb> {
    const expiring = await createTables(dependencies.stack, dependencies.engine.client);
    const database = new DynamoDb(dependencies);
    if (expiring.length > 0) database.#sweepEvery(dependencies.sweepMs ?? defaultSweepMs);
    return database;
  }

  /** Starts the delivery from streams to functions. */
  start(): void {
    for (const poller of this.#pollers) poller.start();
  }

  /** Stops the delivery from streams to functions; requests are still answered. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all(this.#pollers.map((poller) => poller.close()));
  }

  async close(): Promise<void> {
    await this.stop();
    this.#checkpoints.close();
  }

  #nudge(): void {
    for (const poller of this.#pollers) poller.nudge();
  }

  #sweepEvery(ms: number): void {
    const { engine, logger } = this.#dependencies;
    this.#sweeper = setInterval(() => {
      engine.sweep().then(
        (deleted) => deleted && this.#nudge(),
        (error: unknown) => logger.warn(`Items past their time to live were not deleted: ${error}`),
      );
    }, ms).unref();
  }

  #poller(mapping: StreamMapping): StreamPoller[] {
    const { stack, engine, logger, authorise, destinations, matches, invoke } = this.#dependencies;
    try {
      for (const action of streamActions) authorise(mapping, `dynamodb:${action}`, mapping.streamArn);
    } catch (error) {
      logger.error(`${mapping.address} does not run, as it would not on AWS: ${(error as Error).message}`);
      return [];
    }
    return [
      new StreamPoller({
        mapping,
        region: stack.region,
        client: engine.client,
        checkpoints: this.#checkpoints,
        logger,
        invoke: (payload, requestId) => invoke(mapping.functionArn, payload, requestId),
        matches: (filters, record) =>
          filters.length === 0 || filters.some((pattern) => matches(pattern, record)),
        deliverFailure: async (record, parts, at) => {
          const arn = mapping.onFailure ?? '';
          const objectKey = recordKey(parts, at);
          const outcome = { record, succeeded: false, functionArn: mapping.functionArn, objectKey };
          await deliver(arn, outcome, destinations(), (...request) => authorise(mapping, ...request));
        },
      }),
    ];
  }
}
