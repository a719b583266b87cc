import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from './channel.ts';

async function collect<T>(channel: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of channel) all.push(value);
  return all;
}

describe('Channel', () => {
  it('passes all values in order, whether the producer or the reader is first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer()), fc.boolean(), async (values, readerFirst) => {
        const channel = new Channel<number>();
        const push = async () => {
          await Promise.all(values.map((value) => channel.push(value)));
          channel.close();
        };

        const early = readerFirst ? collect(channel) : undefined;
        const pushing = push();
        const received = await (early ?? collect(channel));
        await pushing;

        expect(received).toEqual(values);
      }),
    );
  });

  it('makes a push wait until the value is taken', async () => {
    const channel = new Channel<string>();
    const reader = channel[Symbol.asyncIterator]();
    let taken = false;
    const pushing = channel.push('a').then(() => {
      taken = true;
    });

    await Promise.resolve();
    expect(taken).toBe(false);

    expect(await reader.next()).toEqual({ done: false, value: 'a' });
    await pushing;
    expect(taken).toBe(true);
  });

  it('throws the reason of a failure from waiting and later pushes, and ends', async () => {
    const channel = new Channel<string>();
    const waiting = channel.push('a');

    channel.fail(new Error('broken'));

    await expect(waiting).rejects.toThrow('broken');
    await expect(channel.push('b')).rejects.toThrow('broken');
    expect(await collect(channel)).toEqual([]);
  });

  it('fails a push after the reader has stopped', async () => {
    const channel = new Channel<string>();
    const pushing = channel.push('a');
    for await (const _ of channel) break;
    await pushing;

    await expect(channel.push('b')).rejects.toThrow('The reader has stopped');
  });
});
