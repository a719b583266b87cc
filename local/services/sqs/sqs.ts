import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-sqs';
import type { AwsService, Logger, QueueSender, Stack } from '../../contracts.ts';
import { schemaService } from '../../wire/schema/service.ts';
import { MessageStore } from './message-store.ts';
import { checkMessage, messageOperations, queueOperations } from './operations.ts';
import { queuesOf } from './queues.ts';

export interface SqsDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

export interface LocalSqs {
  readonly service: AwsService;
  /** The same queues, without HTTP. */
  readonly sender: QueueSender;
}

/** The queues of a stack, on disk. */
export function openSqs({ stack, dataDirectory, logger, now = Date.now }: SqsDependencies): LocalSqs {
  const queues = queuesOf(stack);
  const store = new MessageStore(join(dataDirectory, 'sqs.db'), now);
  const service = schemaService({
    sdk,
    client: new sdk.SQSClient({ region: stack.region }),
    scopes: ['sqs'],
    logger,
    operations: { ...messageOperations(queues, store), ...queueOperations(queues, store) },
  });
  return {
    service: { ...service, close: async () => store.close() },
    sender: {
      send(queueArn, body, attributes = {}) {
        const queue = queues.find(({ arn }) => arn === queueArn);
        if (!queue) throw new Error(`The stack declares no queue ${queueArn}`);
        const own = Object.entries(attributes).map(([name, StringValue]) => [
          name,
          { DataType: 'String', StringValue },
        ]);
        const json = JSON.stringify(Object.fromEntries(own));
        checkMessage(queue, body, json);
        store.send(queue, body, json, queue.delay);
      },
    },
  };
}
