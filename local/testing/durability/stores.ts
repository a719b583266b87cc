import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Logger, Stack } from '../../contracts.ts';
import { ArchiveStore } from '../../services/eventbridge/archive-store.ts';
import { busEvent } from '../../services/eventbridge/event.ts';
import { openS3 } from '../../services/s3/s3.ts';
import { type IndexDefinition, VectorStore } from '../../services/s3-vectors/vector-store.ts';
import { MessageStore } from '../../services/sqs/message-store.ts';
import { queuesOf } from '../../services/sqs/queues.ts';

/** A store under test: writes numbered records, and lists the complete ones. */
export interface NumberedStore {
  write(number: number): Promise<void>;
  /** @throws Error for a partial record */
  numbers(): Promise<ReadonlySet<number>>;
}

const silent: Logger = { info() {}, warn() {}, error() {} };
const resources: Readonly<Record<string, object>> = {
  aws_s3_bucket: { bucket: 'b' },
  aws_sqs_queue: { name: 'q' },
};
const stack: Stack = {
  region: 'us-east-1',
  accountId: '000000000000',
  of: (type) =>
    [resources[type] ?? []]
      .flat()
      .map((values) => ({ type, address: `${type}.test`, values: { ...values } })),
};

/** Long enough to be written in many pieces; its content shows where it was cut. */
const bodyOf = (number: number) => `${number},`.repeat(20_000);
const recordNumber = (body: string) => {
  const number = Number.parseInt(body, 10);
  if (body !== bodyOf(number)) throw new Error(`Record ${number} is torn: ${body.length} characters`);
  return number;
};

const index: IndexDefinition = {
  bucket: 'b',
  name: 'i',
  arn: 'arn:i',
  dimension: 1024,
  metric: 'cosine',
  nonFilterable: new Set(),
};

const archive = {
  name: 'a',
  arn: 'arn:a',
  busArn: 'arn:b',
  pattern: undefined,
  matches: () => true,
  retentionDays: 0,
};

/** Each store of the local AWS services, by name. */
export const stores: Readonly<Record<string, (directory: string) => Promise<NumberedStore>>> = {
  async s3(directory) {
    const { objects } = await openS3({
      stack,
      dataDirectory: directory,
      publisher: { publish() {} },
      logger: silent,
    });
    const found = new Set<number>();
    return {
      write: (number) => objects.write('b', `k${number}`, Buffer.from(bodyOf(number)), 'text/plain'),
      async numbers() {
        for (let number = 0; ; number++) {
          const object = await objects.read('b', `k${number}`);
          if (!object) return found;
          found.add(recordNumber(await text(object.body)));
        }
      },
    };
  },

  async s3vectors(directory) {
    const store = new VectorStore(join(directory, 's3vectors.db'));
    store.declare(index);
    return {
      async write(number) {
        store.put(index, [
          { key: `k${number}`, data: new Float32Array(1024).fill(number + 1), metadata: { number } },
        ]);
      },
      async numbers() {
        const whole = [...store.list(index, '')].map(({ data, metadata }) => {
          const number = Number(metadata.number);
          if (data.length !== 1024 || !data.every((value) => value === number + 1))
            throw new Error(`${number} is torn`);
          return number;
        });
        return new Set(whole);
      },
    };
  },

  async sqs(directory) {
    const [queue] = queuesOf(stack);
    if (!queue) throw new Error('The stack has no queue');
    const store = new MessageStore(join(directory, 'sqs.db'), Date.now);
    return {
      async write(number) {
        store.send(queue, bodyOf(number), '{}', 0);
      },
      numbers: async () =>
        new Set(store.receive(queue, 1_000_000, 1000).map(({ body }) => recordNumber(body))),
    };
  },

  async archive(directory) {
    const store = new ArchiveStore(join(directory, 'eventbridge.db'), Date.now);
    return {
      async write(number) {
        store.add(
          archive,
          busEvent({ source: 's', detailType: 'd', detail: { body: bodyOf(number) } }, stack),
        );
      },
      async numbers() {
        const events = store.read(archive, 0, Number.MAX_SAFE_INTEGER, undefined, 1_000_000);
        return new Set(events.map(({ event }) => recordNumber((event.detail as { body: string }).body)));
      },
    };
  },
};
