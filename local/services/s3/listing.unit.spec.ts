import * as sdk from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bucket, s3Fixture } from './testing/s3-fixture.ts';

describe('a listing', () => {
  const keys = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '😀'), minLength: 1, maxLength: 6 }),
    {
      maxLength: 25,
    },
  );
  const prefixes = fc.constantFrom('', 'a', 'a/', 'b', '/');

  /** S3's definition of a listing: keys in byte order, with those that share a prefix up to the delimiter rolled up. */
  function model(all: readonly string[], prefix: string, delimiter: string | undefined): string[] {
    const sorted = all
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const rolled = sorted.map((key) => {
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      return end < 0 ? key : `>${key.slice(0, end + 1)}`;
    });
    return [...new Set(rolled)];
  }

  it('pages through every key and prefix once, in order', async () => {
    const { s3, objects } = await s3Fixture();
    await fc.assert(
      fc.asyncProperty(
        keys,
        prefixes,
        fc.constantFrom(undefined, '/'),
        fc.integer({ min: 1, max: 5 }),
        async (all, Prefix, Delimiter, MaxKeys) => {
          for (const key of all) await objects.write(Bucket, key, Buffer.from('x'), 'text/plain');
          const found: string[] = [];
          const pages = sdk.paginateListObjectsV2(
            { client: s3, pageSize: MaxKeys },
            { Bucket, Prefix, Delimiter },
          );
          for await (const { Contents = [], CommonPrefixes = [], KeyCount } of pages) {
            expect(KeyCount).toBe(Contents.length + CommonPrefixes.length);
            const page = [
              ...Contents.map(({ Key }) => `${Key}`),
              ...CommonPrefixes.map((one) => `>${one.Prefix}`),
            ];
            const bytes = (name: string) => Buffer.from(name.replace('>', ''));
            found.push(...page.sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
          }
          expect(found).toEqual(model(all, Prefix, Delimiter));
          for (const key of all) await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
        },
      ),
      { numRuns: 25 },
    );
  });
});
