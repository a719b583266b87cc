import * as sdk from '@aws-sdk/client-s3vectors';
import { describe, expect, it } from 'vitest';
import {
  index,
  keysOf,
  put,
  query,
  refused,
  s3VectorsFixture,
  vector,
} from './testing/s3-vectors-fixture.ts';

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
    const { client } = await s3VectorsFixture();
    const writing = put(
      client,
      ...(vectors.length > 1 || vectors.length === 0 ? vectors : [vector('good'), ...vectors]),
    );

    await expect(writing).rejects.toMatchObject(refused(problem));
    expect(keysOf(await query(client))).toEqual([]);
  });

  it('allow long non-filterable metadata', async () => {
    const { client } = await s3VectorsFixture();

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
    const { client } = await s3VectorsFixture();

    await expect(query(client, more)).rejects.toMatchObject(refused(problem));
  });

  it('apply to keys', async () => {
    const { client } = await s3VectorsFixture();
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
