import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamId } from './events/index.ts';
import { limits } from './limits.ts';
import { InvalidStreamError, isSnapshotKey, snapshotKey, streamKey, versionKey } from './tables.ts';

const stream: StreamId = { tenant: 't', aggregate: 'job', id: 'j' };

describe('the key of a stream', () => {
  it.each([
    ['id', 'a#b'],
    ['id', 'a@1'],
    ['id', 'a\u0000b'],
    ['id', 'a\nb'],
    ['id', '\ud800'],
    ['id', ''],
    ['id', 'x'.repeat(limits.streamNameChars + 1)],
    ['tenant', 't#job'],
    ['tenant', ''],
    ['aggregate', 'spaceship'],
  ])('is refused for the %s %j, with the name of the invalid member', (member, value) => {
    const make = () => streamKey({ ...stream, [member]: value });

    expect(make).toThrow(InvalidStreamError);
    expect(make).toThrow(new RegExp(`at ${member}`));
  });

  it('differs for each stream, whatever the names', () => {
    const name = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'job', '~', ' ') });
    fc.assert(
      fc.property(name, name, name, name, (tenant, id, otherTenant, otherId) => {
        const same =
          streamKey({ ...stream, tenant, id }) === streamKey({ ...stream, tenant: otherTenant, id: otherId });
        expect(same).toBe(tenant === otherTenant && id === otherId);
      }),
    );
  });

  it('fits a partition key of DynamoDB in any script', () => {
    const longest = '\u{10ffff}'.repeat(limits.streamNameChars / 2);

    expect(Buffer.byteLength(streamKey({ ...stream, tenant: longest, id: longest }))).toBeLessThan(2048);
  });
});

it('a snapshot sorts after the commit that ends with its version, and before the next', () => {
  const keys = [snapshotKey(100), versionKey(101), versionKey(100), versionKey(99)].sort();

  expect(keys).toEqual([versionKey(99), versionKey(100), snapshotKey(100), versionKey(101)]);
  expect(keys.map(isSnapshotKey)).toEqual([false, false, true, false]);
});
