import { describe, expect, it } from 'vitest';
import { fixture, opened, readerOf, refusal } from '../../testing/recordings.ts';
import { ClusterReader } from './clusters.ts';

const cluster = (size: string) => Buffer.from(`1f43b675${size}`, 'hex');
/** A block of three bytes, which holds nothing. */
const blocks = (count: number) => Buffer.alloc(3 * count, Buffer.from('a38100', 'hex'));
const tiny = (count: number) => Buffer.alloc(4 * count, Buffer.from('a3820000', 'hex'));

describe('the reader of clusters', () => {
  it('gives the bytes as they are, and no more than there are', async () => {
    const file = fixture('live.webm');
    const reader = new ClusterReader(readerOf(file));

    expect(Buffer.from(await reader.read(100, 9000))).toEqual(file.subarray(100, 9000));
    expect(Buffer.from(await reader.read(9000, file.length + 5000))).toEqual(file.subarray(9000));
  });

  it('refuses a cluster with more blocks than a function holds, in one range or in several', async () => {
    const many = Buffer.concat([cluster('ff'), tiny(200_001)]);
    const whole = new ClusterReader(readerOf(many));
    expect(await refusal(whole.read(0, many.length))).toContain('its clusters are larger');

    const pieces = new ClusterReader(readerOf(many));
    await pieces.read(0, 400_001);
    expect(await refusal(pieces.read(400_001, many.length))).toContain('its clusters are larger');
  });

  it('takes as many blocks in clusters that follow each other', async () => {
    const file = Buffer.concat(Array.from({ length: 4 }, () => Buffer.concat([cluster('ff'), tiny(60_000)])));

    expect(await new ClusterReader(readerOf(file)).read(0, file.length)).toHaveLength(file.length);
  });

  it('refuses a cluster of more bytes than a function holds before it reads them', async () => {
    expect(await refusal(new ClusterReader(readerOf(blocks(1))).read(0, 2 ** 30))).toContain(
      'its clusters are larger',
    );
  });

  it('sees a cluster that reaches beyond the end of the file', async () => {
    const at = async (size: string) => {
      const reader = new ClusterReader(readerOf(Buffer.concat([cluster(size), tiny(2)])));
      await reader.read(0, 100);
      return reader.isCutShort;
    };

    expect(await at('88')).toBe(false);
    expect(await at('89')).toBe(true);
    expect(await at('ff')).toBe(false);
  });
});

it('an encrypted recording is refused by that name', async () => {
  // The sound track of the file, with an encoding of the kind "encryption" in place of its language (RFC 9559 §5.1.4.1.31).
  const file = Buffer.from(fixture('flac.mka'));
  const name = file.indexOf(Buffer.from('22b59c83756e64888100', 'hex'));
  expect(name).toBeGreaterThan(0);
  Buffer.from('6d808762408450358100', 'hex').copy(file, name);

  expect(await refusal(opened(file, 'audio/matroska'))).toContain('it is encrypted');
});
