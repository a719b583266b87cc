import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventSource, type PublishedEvent } from '@nova/shared/events/index';
import { deadLettersOf, prefixOf } from '@nova/shared/naming';
import { vectorIndex, vectorKey } from '@nova/shared/vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3VectorIndex, type VectorIndex } from '../../../lambdas/vectors/vector-index.ts';
import { loadStack } from '../../../local/stack/load.ts';
import { writeAddress } from '../../../local/terminal/address-file.ts';
import { startNova } from '../cli/nova.ts';
import type { Api } from '../testing/api.ts';
import { temporaryData } from '../testing/dev.ts';
import { eventually } from '../testing/eventually.ts';
import { type WorkerShare, withWorkerPlatform } from '../testing/worker-platform.ts';

/** Events of the time before `index-handler` that reach `search-handler` after the upgrade. */

let running: WorkerShare['running'];
let api: Api;
let vectors: S3VectorsClient;
let sqs: SQSClient;
let index: VectorIndex;
let folder: Awaited<ReturnType<typeof temporaryData>>;
const published: PublishedEvent[] = [];
let endWatch = () => {};

withWorkerPlatform.beforeAll(({ share }) => {
  ({ running, api } = share);
  const stack = loadStack('cdktf.out/stacks/nova-platform/cdk.tf.json', {});
  vectors = new S3VectorsClient(running.aws);
  sqs = new SQSClient({ ...running.aws, useQueueUrlAsEndpoint: false });
  index = s3VectorIndex(vectors, String(stack.output('vector_bucket')), String(stack.output('vector_index')));
  endWatch = running.platform.bus.watch(({ detail }) => published.push(detail as PublishedEvent));
});

beforeAll(async () => {
  folder = await temporaryData();
  const { url, apiKeys, stackStage: stage, accountId } = running.platform;
  writeAddress(folder.path, { url, apiKeys, stage, aws: { ...running.aws, accountId } });
});

afterAll(async () => {
  endWatch();
  vectors?.destroy();
  sqs?.destroy();
  await folder?.remove();
});

/** An event that asks to erase the vectors of a deleted item, as rules deliver it, and a vector that only it can still erase. */
async function erasure() {
  const contentId = await api.upload(
    'pumps.txt',
    'text/plain',
    new TextEncoder().encode('Pumps and valves.'),
  );
  await api.indexed(contentId);
  expect((await api.call('DELETE', `/content/${contentId}`)).status).toBe(204);
  const deleted = () =>
    published.filter(({ type, stream }) => type === 'ContentDeleted' && stream.id === contentId);
  const [detail] = await eventually(
    'the deletion is published',
    async () => deleted().length > 0 && deleted(),
  );
  const { tenant } = (detail as PublishedEvent).stream;
  const key = vectorKey(tenant, contentId, 'document', 0);
  const isThere = async () => (await index.metadata([key])).size > 0;
  await eventually('its vector is erased', async () => !(await isThere()));
  await eventually('nothing else will erase it', async () => running.platform.waiting() === 0);
  const metadata = { tenant, contentId, kind: 'document', source: 'document', text: 'late' } as const;
  await index.put([{ key, vector: Array<number>(vectorIndex.dimension).fill(0.1), metadata }]);
  const time = (detail as PublishedEvent).occurredAt;
  return {
    event: { source: eventSource, 'detail-type': 'ContentDeleted', time, detail },
    isThere,
    /** Times that the bus has carried it, each time the same. */
    carried: () => deleted().filter((again) => JSON.stringify(again) === JSON.stringify(detail)).length,
  };
}

describe('an erasure of vectors that reaches search-handler', () => {
  it('from a queue of Lambda goes back to the bus, and index-handler does it', async () => {
    const { event, isThere, carried } = await erasure();

    const answer = await running.platform.invoke('search-handler', event);

    expect(answer).toMatchObject({ kind: 'payload' });
    await eventually('the bus has carried it again', async () => carried() === 2);
    await eventually('the vector is erased', async () => !(await isThere()));
  });

  it('as a dead letter that is redriven does too, and leaves no dead letter', async () => {
    const { event, isThere, carried } = await erasure();
    const QueueName = deadLettersOf(prefixOf(running.platform.stackStage ?? ''), 'search-handler');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));

    const nova = (...args: string[]) => startNova(['redrive', ...args, '--data', folder.path]).ended;
    const { failures } = JSON.parse((await nova('list', '--json')).out);
    const letter = failures.find(({ target }: { target: string }) => target === 'search-handler');
    expect(await nova(letter.key)).toMatchObject({ code: 0 });

    await eventually('the bus has carried it again', async () => carried() === 2);
    await eventually('the vector is erased', async () => !(await isThere()));
    const after = JSON.parse((await nova('list', '--json')).out);
    expect(after.failures.map(({ target }: { target: string }) => target)).not.toContain('search-handler');
  });
});
