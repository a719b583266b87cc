import { limits } from '@nova/shared/limits';
import { expect, it } from 'vitest';
import { smallMedia } from './small-media.ts';

const reading = (bytes: number | undefined) =>
  smallMedia({
    bucket: 'content',
    head: async (key) => (key === 'uploads/t/1' && bytes !== undefined ? { bytes, etag: 'e' } : undefined),
    range: async (_key, from, to) => new Uint8Array(to - from),
  })('s3://content/uploads/t/1');

it('media that fits into a request is read whole', async () => {
  expect(await reading(3)).toHaveLength(3);
  expect(await reading(limits.inlineMediaBytes)).toHaveLength(limits.inlineMediaBytes);
});

it.each([
  ['that is too large', limits.inlineMediaBytes + 1],
  ['that is empty', 0],
  ['that does not exist', undefined],
])('media %s is left to the model', async (_case, bytes) => {
  expect(await reading(bytes)).toBeUndefined();
});
