import * as sdk from '@aws-sdk/client-s3vectors';
import { describe, expect, it } from 'vitest';
import {
  index,
  indexArn,
  keysOf,
  put,
  query,
  refused,
  s3VectorsFixture,
  stack,
  vector,
} from './testing/s3-vectors-fixture.ts';

describe('vectors', () => {
  it('are found, nearest first, with the requested fields', async () => {
    const { client } = await s3VectorsFixture();
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
    const { client } = await s3VectorsFixture();
    await put(client, vector('a', [1, 0, 0], { exact: 2 ** 60, fraction: 0.1 }));

    const found = await query(client, { filter: { exact: { $gte: 2 ** 60 }, fraction: 0.1 } });

    expect(keysOf(found)).toEqual(['a']);
  });

  it('are found by filter, and by the index’s ARN', async () => {
    const { client } = await s3VectorsFixture();
    await put(
      client,
      vector('a', [1, 0, 0], { tenant: 't1', s3VectorsFixture: 5 }),
      vector('b', [1, 0, 0], { tenant: 't2', s3VectorsFixture: 9 }),
    );

    const { indexName: _, vectorBucketName: __, ...byArn } = { ...index, indexArn };
    const found = await client.send(
      new sdk.QueryVectorsCommand({
        ...byArn,
        topK: 5,
        queryVector: { float32: [1, 0, 0] },
        filter: { $and: [{ tenant: 't2' }, { s3VectorsFixture: { $gte: 9 } }] },
      }),
    );

    expect(keysOf(found)).toEqual(['b']);
  });

  it('are replaced, read back unchanged, and deleted', async () => {
    const { client } = await s3VectorsFixture();
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
    const first = await s3VectorsFixture();
    await put(first.client, vector('a', [1, 2, 3], { v: 1 }));
    await first.close();

    const second = await s3VectorsFixture(first.dataDirectory);

    expect(keysOf(await query(second.client, { filter: { v: 1 } }))).toEqual(['a']);
  });

  it('are deleted, with a warning, when the dimension of their index changes', async () => {
    const first = await s3VectorsFixture();
    await put(first.client, vector('a'));
    await first.close();

    const second = await s3VectorsFixture(first.dataDirectory, stack(4));

    expect(second.logger.warnings).toEqual([expect.stringContaining(`${indexArn} was replaced`)]);
    expect(keysOf(await query(second.client, { queryVector: { float32: [1, 0, 0, 0] } }))).toEqual([]);
  });

  it('are listed in pages and in segments, each once', async () => {
    const { client } = await s3VectorsFixture();
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
    const { client } = await s3VectorsFixture();
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
    const { client, as } = await s3VectorsFixture();
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

describe('the list of buckets and indexes', () => {
  it('comes from the stack', async () => {
    const { client } = await s3VectorsFixture();

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
    const { client } = await s3VectorsFixture();

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
