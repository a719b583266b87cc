import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-eventbridge';
import type { AwsService, EventPublisher, Functions, Logger, QueueSender, Stack } from '../../contracts.ts';
import { schemaService } from '../../wire/schema/service.ts';
import { permitsOf } from '../lambda/permissions.ts';
import { maySendTo } from '../sqs/policies.ts';
import { ArchiveStore } from './archive-store.ts';
import { busesOf } from './buses.ts';
import { Delivery } from './delivery.ts';
import { busEvent } from './event.ts';
import { archiveOperations, eventOperations } from './operations.ts';
import { matches } from './pattern/pattern.ts';
import { Replays } from './replays.ts';
import { type BusListener, Router } from './router.ts';

export interface EventBridgeDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  readonly functions: Pick<Functions, 'enqueue'>;
  readonly queues: QueueSender;
  readonly logger: Logger;
  /** Milliseconds since the epoch, for the archives' retention; the system's clock by default. */
  readonly now?: () => number;
}

export interface LocalEventBridge {
  readonly service: AwsService;
  /** The same buses, without HTTP. */
  readonly publisher: EventPublisher;
  /** Calls the listener for every event that a bus accepts from now on. @returns a function that ends this */
  watch(listener: BusListener): () => void;
  /** Resumes replays that a restart interrupted; call it once functions can run. */
  start(): void;
  /** Whether a value matches a pattern; the filters of event source mappings use it too. */
  readonly matches: (pattern: object, value: unknown) => boolean;
}

/**
 * The event buses of a stack with their rules and archives.
 * @throws StackError for a rule, target or archive that EventBridge would refuse, naming it
 */
export function openEventBridge(dependencies: EventBridgeDependencies): LocalEventBridge {
  const { stack, dataDirectory, functions, queues, logger, now = Date.now } = dependencies;
  const buses = busesOf(stack);
  const findBus = (nameOrArn: string) =>
    buses.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
  const archives = new Map(
    buses.flatMap((bus) => bus.archives.map((archive) => [archive.arn, { archive, bus }])),
  );
  const delivery = new Delivery({
    functions,
    queues,
    permits: permitsOf(stack),
    maySend: maySendTo(stack),
    logger,
  });
  const store = new ArchiveStore(join(dataDirectory, 'eventbridge.db'), now);
  const router = new Router(delivery, store);
  const replays = new Replays({ store, router, archives, logger });
  const eventBridge = { location: stack, router, findBus, archives, store, replays };
  const service = schemaService({
    sdk,
    client: new sdk.EventBridgeClient({ region: stack.region }),
    scopes: ['events'],
    logger,
    operations: { ...eventOperations(eventBridge), ...archiveOperations(eventBridge) },
  });
  return {
    service: {
      ...service,
      async close() {
        await replays.close();
        store.close();
      },
    },
    publisher: {
      publish({ bus: name, ...publication }) {
        const bus = findBus(name);
        if (!bus) throw new Error(`The stack declares no event bus ${name}`);
        router.publish(bus, busEvent(publication, stack));
      },
    },
    watch: (listener) => router.watch(listener),
    start: () => replays.resume(),
    matches,
  };
}
