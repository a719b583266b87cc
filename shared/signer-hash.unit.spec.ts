import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SignerHash } from './signer-hash.ts';

const data = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.uint8Array({ minLength: 1 }),
  fc.uint8Array({ minLength: 3 }).map((bytes) => bytes.subarray(1, -1)),
);

describe('the hash of a signer', () => {
  it('is SHA-256, with a key HMAC-SHA-256, of one piece and of several', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(data, { nil: undefined }), fc.array(data), async (secret, pieces) => {
        const ours = new SignerHash(secret);
        const nodes = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
        for (const piece of pieces) {
          ours.update(piece);
          nodes.update(piece);
        }

        expect(Buffer.from(await ours.digest())).toEqual(nodes.digest());
      }),
    );
  });

  it('begins again', async () => {
    const hash = new SignerHash('key');
    hash.update('forgotten');
    hash.reset();
    hash.update('text');
    const other = new SignerHash('key');
    other.update('text');

    expect(await hash.digest()).toEqual(await other.digest());
  });
});
