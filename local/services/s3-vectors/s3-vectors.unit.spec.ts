import * as sdk from '@aws-sdk/client-s3vectors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identitiesOf } from '../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { startEndpoint } from '../../wire/endpoint/endpoint.ts';
import { openS3Vectors } from './s3-vectors.ts';

const indexArn = 'arn:aws:s3vectors:us-east-1:000000000000:bucket/nova/index/content';
const index = { vectorBucketName: 'nova', indexName: 'content' };
const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const allow = (...actions: string[]) =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: actions.map((one) => `s3vectors:${one}`), Resource: indexArn }],
  });

const stack = (dimension = 3) =>
  aStack({
    aws_s3vectors_vector_bucket: [{ vector_bucket_name: 'nova' }],
    aws_s3vectors_index: [
      {
        vector_bucket_name: 'nova',
        index_name: 'content',
        dimension,
        distance_metric: 'cosine',
        data_type: 'float32',
        metadata_configuration: [{ non_filterable_metadata_keys: ['text'] }],
      },
      {
        vector_bucket_name: 'nova',
        index_name: 'far',
        dimension: 2,
        distance_metric: 'euclidean',
        data_type: 'float32',
      },
    ],
    aws_iam_role: ['asker', 'reader'].map((name) => ({ name, arn: roleOf(name) })),
    aws_iam_role_policy: [
      { role: 'asker', policy: allow('QueryVectors', 'ListVectors') },
      { role: 'reader', policy: allow('QueryVectors', 'ListVectors', 'GetVectors') },
    ],
  });

async function start(dataDirectory = temporaryDirectory(), declared = stack()) {
  const logger = aRecordingLogger();
  const identities = identitiesOf(declared, dataDirectory, aRecordingLogger());
  const service = openS3Vectors({ stack: declared, dataDirectory, logger });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials = identities.developer) =>
    new sdk.S3VectorsClient({ region, endpoint: endpoint.url, credentials, maxAttempts: 1 });
  return {
    client: clientFor(),
    as: (role: string) => clientFor(identities.credentialsFor(roleOf(role))),
    logger,
    close,
    dataDirectory,
  };
}

const vector = (key: string, float32: number[] = [1, 0, 0], metadata?: sdk.PutInputVector['metadata']) => ({
  key,
  data: { float32 },
  ...(metadata === undefined ? {} : { metadata }),
});
const put = (client: sdk.S3VectorsClient, ...vectors: sdk.PutInputVector[]) =>
  client.send(new sdk.PutVectorsCommand({ ...index, vectors }));
const query = (client: sdk.S3VectorsClient, more: Partial<sdk.QueryVectorsInput> = {}) =>
  client.send(
    new sdk.QueryVectorsCommand({ ...index, topK: 10, queryVector: { float32: [1, 0, 0] }, ...more }),
  );
const keysOf = (output: { vectors?: { key: string | undefined }[] | undefined }) =>
  output.vectors?.map(({ key }) => key);
const refused = (message: string) => ({
  constructor: sdk.ValidationException,
  message: expect.stringContaining(message),
  $metadata: { httpStatusCode: 400 },
});

describe('vectors', () => {
  it('are found, nearest first, with the requested fields', async () => {
    const { client } = await start();
    await put(
      client,
      vector('near', [2, 0.2, 0], { kind: 'a', text: 'passage' }),
      vector('far', [-1, 0, 0]),
      vector('side', [0, 3, 0]),
    );

    const full = await query(client, { returnDistance: true, returnMetadata: true, topK: 2 });
    const bare = await query(client);

    expect(full.distanceMetric).toBe('cosine');
    expect(full.vectors).toEqual([
      {
        key: 'near',
        distance: expect.closeTo(1 - 2 / Math.hypot(2, 0.2), 6),
        metadata: { kind: 'a', text: 'passage' },
      },
      { key: 'side', distance: expect.closeTo(1, 6), metadata: {} },
    ]);
    expect(bare.vectors).toEqual([{ key: 'near' }, { key: 'side' }, { key: 'far' }]);
  });

  it('may have metadata with more digits than a number holds', async () => {
    const { client } = await start();
    await put(client, vector('a', [1, 0, 0], { exact: 2 ** 60, fraction: 0.1 }));

    const found = await query(client, { filter: { exact: { $gte: 2 ** 60 }, fraction: 0.1 } });

    expect(keysOf(found)).toEqual(['a']);
  });

  it('are found by filter, and by the index’s ARN', async () => {
    const { client } = await start();
    await put(
      client,
      vector('a', [1, 0, 0], { tenant: 't1', start: 5 }),
      vector('b', [1, 0, 0], { tenant: 't2', start: 9 }),
    );

    const { indexName: _, vectorBucketName: __, ...byArn } = { ...index, indexArn };
    const found = await client.send(
      new sdk.QueryVectorsCommand({
        ...byArn,
        topK: 5,
        queryVector: { float32: [1, 0, 0] },
        filter: { $and: [{ tenant: 't2' }, { start: { $gte: 9 } }] },
      }),
    );

    expect(keysOf(found)).toEqual(['b']);
  });

  it('are replaced, read back unchanged, and deleted', async () => {
    const { client } = await start();
    await put(client, vector('a', [1, 0, 0], { v: 1 }), vector('b'));
    await put(client, vector('a', [0.5, 2, 0], { v: 2 }));
    const get = (keys: string[]) =>
      client.send(new sdk.GetVectorsCommand({ ...index, keys, returnData: true, returnMetadata: true }));

    const found = await get(['a', 'missing']);
    await client.send(new sdk.DeleteVectorsCommand({ ...index, keys: ['a', 'missing'] }));

    expect(found.vectors).toEqual([{ key: 'a', data: { float32: [0.5, 2, 0] }, metadata: { v: 2 } }]);
    expect(keysOf(await get(['a', 'b']))).toEqual(['b']);
    expect(keysOf(await query(client))).toEqual(['b']);
  });

  it('survive a restart', async () => {
    const first = await start();
    await put(first.client, vector('a', [1, 2, 3], { v: 1 }));
    await first.close();

    const second = await start(first.dataDirectory);

    expect(keysOf(await query(second.client, { filter: { v: 1 } }))).toEqual(['a']);
  });

  it('are deleted, with a warning, when the dimension of their index changes', async () => {
    const first = await start();
    await put(first.client, vector('a'));
    await first.close();

    const second = await start(first.dataDirectory, stack(4));

    expect(second.logger.warnings).toEqual([expect.stringContaining(`${indexArn} was replaced`)]);
    expect(keysOf(await query(second.client, { queryVector: { float32: [1, 0, 0, 0] } }))).toEqual([]);
  });

  it('are listed in pages and in segments, each once', async () => {
    const { client } = await start();
    const keys = Array.from({ length: 30 }, (_, n) => `k${n}`).sort();
    await put(client, ...keys.map((key) => vector(key)));
    const list = async (input: Partial<sdk.ListVectorsInput>) => {
      const found: (string | undefined)[] = [];
      for await (const page of sdk.paginateListVectors({ client, pageSize: 7 }, { ...index, ...input })) {
        expect(page.vectors?.length).toBeLessThanOrEqual(7);
        found.push(...(keysOf(page) ?? []));
      }
      return found;
    };

    const segments = await Promise.all(
      [0, 1, 2].map((segmentIndex) => list({ segmentCount: 3, segmentIndex })),
    );

    expect(await list({})).toEqual(keys);
    expect(segments.flat().sort()).toEqual(keys);
    expect(segments.every(({ length }) => length > 0)).toBe(true);
  });

  it('are returned in pages when there are very many', async () => {
    const { client } = await start();
    for (let from = 0; from < 1200; from += 400) {
      await put(
        client,
        ...Array.from({ length: 400 }, (_, n) => vector(`k${from + n}`, [1, (from + n) / 1000, 0])),
      );
    }
    const first = await query(client, { topK: 10_000 });
    const second = await query(client, { topK: 10_000, nextToken: first.nextToken });

    const found = [...(keysOf(first) ?? []), ...(keysOf(second) ?? [])];
    expect(found).toEqual(Array.from({ length: 1200 }, (_, n) => `k${n}`));
    expect(second.nextToken).toBeUndefined();
  });
});

describe('permission to query', () => {
  it('does not include metadata, in filters or in results', async () => {
    const { client, as } = await start();
    await put(client, vector('a', [1, 0, 0], { v: 1 }));
    const denied = { constructor: sdk.AccessDeniedException, $metadata: { httpStatusCode: 403 } };

    await expect(query(as('asker'))).resolves.toMatchObject({ vectors: [{ key: 'a' }] });
    await expect(query(as('asker'), { filter: { v: 1 } })).rejects.toMatchObject(denied);
    await expect(query(as('asker'), { returnMetadata: true })).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('is not authorized to perform: s3vectors:GetVectors'),
    });
    const listing = new sdk.ListVectorsCommand({ ...index, returnData: true });
    await expect(as('asker').send(listing)).rejects.toMatchObject(denied);
    await expect(query(as('reader'), { filter: { v: 1 }, returnMetadata: true })).resolves.toBeDefined();
    await expect(put(as('reader'), vector('b'))).rejects.toMatchObject(denied);
  });
});

describe('limits', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => vector(`k${n}`));

  it.each([
    ['501 vectors', many(501), 'Member must have length less than or equal to 500'],
    ['no vectors', [], 'Member must have length greater than or equal to 1'],
    [
      'another dimension',
      [vector('k', [1, 2])],
      "Invalid record for key 'k': vector must have length 3, but has length 2",
    ],
    [
      'a zero vector',
      [vector('k', [0, 0, 0])],
      'zero vectors are not allowed with the cosine distance metric',
    ],
    ['numbers over 32 bits', [vector('k', [1e39, 0, 0])], 'finite 32-bit'],
    ['a long key', [vector('k'.repeat(1025))], 'Member must have length less than or equal to 1024'],
    [
      'much filterable metadata',
      [vector('k', [1, 0, 0], { a: 'x'.repeat(2048) })],
      'Filterable metadata must have at most 2048 bytes',
    ],
    [
      'much metadata',
      [vector('k', [1, 0, 0], { text: 'x'.repeat(41_000) })],
      'Metadata must have at most 40960 bytes',
    ],
    [
      'many metadata keys',
      [vector('k', [1, 0, 0], Object.fromEntries(many(51).map(({ key }) => [key, 1])))],
      'at most 50 keys',
    ],
    ['nested metadata', [vector('k', [1, 0, 0], { a: { b: 1 } })], "Metadata value of 'a' must be"],
  ])('refuse %s, and nothing is written', async (_, vectors, problem) => {
    const { client } = await start();
    const writing = put(
      client,
      ...(vectors.length > 1 || vectors.length === 0 ? vectors : [vector('good'), ...vectors]),
    );

    await expect(writing).rejects.toMatchObject(refused(problem));
    expect(keysOf(await query(client))).toEqual([]);
  });

  it('allow long non-filterable metadata', async () => {
    const { client } = await start();

    await expect(put(client, vector('k', [1, 0, 0], { text: 'x'.repeat(40_000) }))).resolves.toBeDefined();
  });

  it.each([
    ['topK 0', { topK: 0 }, 'Member must have value greater than or equal to 1'],
    ['topK 10,001', { topK: 10_001 }, 'Member must have value less than or equal to 10000'],
    [
      'another dimension',
      { queryVector: { float32: [1] } },
      'Invalid query vector: vector must have length 3',
    ],
    ['a zero vector', { queryVector: { float32: [0, 0, 0] } }, 'zero vectors'],
    [
      'a filter on what is not filterable',
      { filter: { text: 'x' } },
      "metadata key 'text' is not filterable",
    ],
  ])('refuse a query with %s', async (_, more, problem) => {
    const { client } = await start();

    await expect(query(client, more)).rejects.toMatchObject(refused(problem));
  });

  it('apply to keys', async () => {
    const { client } = await start();
    const keys = (count: number) => many(count).map(({ key }) => key);

    await expect(client.send(new sdk.GetVectorsCommand({ ...index, keys: keys(101) }))).rejects.toMatchObject(
      refused('less than or equal to 100'),
    );
    await expect(
      client.send(new sdk.DeleteVectorsCommand({ ...index, keys: keys(501) })),
    ).rejects.toMatchObject(refused('less than or equal to 500'));
    await expect(
      client.send(new sdk.ListVectorsCommand({ ...index, maxResults: 1001 })),
    ).rejects.toMatchObject(refused('less than or equal to 1000'));
  });
});

describe('the list of buckets and indexes', () => {
  it('comes from the stack', async () => {
    const { client } = await start();

    const { index: found } = await client.send(new sdk.GetIndexCommand(index));
    const { indexes } = await client.send(new sdk.ListIndexesCommand({ vectorBucketName: 'nova' }));
    const { vectorBuckets } = await client.send(new sdk.ListVectorBucketsCommand({}));

    expect(found).toMatchObject({
      indexArn,
      dimension: 3,
      distanceMetric: 'cosine',
      metadataConfiguration: { nonFilterableMetadataKeys: ['text'] },
      creationTime: expect.any(Date),
    });
    expect(indexes?.map(({ indexName }) => indexName)).toEqual(['content', 'far']);
    expect(vectorBuckets?.map(({ vectorBucketName }) => vectorBucketName)).toEqual(['nova']);
  });

  it('has a NotFoundException for other indexes', async () => {
    const { client } = await start();

    await expect(
      client.send(new sdk.GetIndexCommand({ ...index, indexName: 'other' })),
    ).rejects.toMatchObject({
      constructor: sdk.NotFoundException,
      message: 'The specified index could not be found',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new sdk.GetIndexCommand({ indexName: 'content' }))).rejects.toMatchObject(
      refused('indexArn'),
    );
  });
});
