import type { MediaType } from '@nova/shared/media-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { documentSamples } from '../testing/document-samples.ts';
import { readParts } from '../testing/read-parts.ts';

/** Two hundred damages of each document: it is cut short, or some of its bits are turned. */
const damages = 200;

/** Whether a document gives text, or a reason for people; any other error is a fault of the reader. */
async function textOrReason(bytes: Uint8Array, type: MediaType): Promise<void> {
  try {
    const { blocks } = await readParts(bytes, type);
    expect(blocks.length).toBeGreaterThan(0);
    for (const { text } of blocks) expect(text).not.toContain('\0');
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.type).toBe('unsupported-media');
  }
}

describe('a damaged document gives text or a reason', () => {
  it.each(Object.entries(documentSamples))('of %s', { timeout: 60_000 }, async (type, make) => {
    const whole = await make();
    expect((await readParts(whole, type as MediaType)).blocks.length).toBeGreaterThan(0);
    const damage = fc.record({
      end: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
      bits: fc.array(fc.nat(whole.length * 8 - 1), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ end, bits }) => {
        const bytes = Buffer.from(whole);
        for (const bit of bits) bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await textOrReason(bytes.subarray(0, end), type as MediaType);
      }),
      { numRuns: damages, seed: 18, endOnFailure: true },
    );
  });
});
