import { sessionStream } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { describe, expect, it } from 'vitest';
import { memoryKeys } from '../../testing/memory-encryption.ts';
import { newKey } from './cipher.ts';
import { cachedKeys } from './stream-keys.ts';

const streamAt = (n: number) => sessionStream('t', String(n));

function prepare(streams = 1) {
  const source = memoryKeys();
  const names = Array.from({ length: streams }, (_, n) => streamKey(streamAt(n)));
  source.commit(names.map((name) => source.put(name, newKey())));
  let time = 0;
  const keys = cachedKeys(source, () => time);
  const at = (milliseconds: number) => {
    time = milliseconds;
    return keys.read([names[0] ?? '']);
  };
  return { source, keys, names, at };
}

describe('cached keys', () => {
  it('are read again after a minute, and when the clock was set back', async () => {
    const { source, at } = prepare();
    await at(1000);
    await at(60_999);
    expect(source.requests).toHaveLength(1);

    await at(61_000);
    expect(source.requests).toHaveLength(2);

    await at(0);
    expect(source.requests).toHaveLength(3);
  });

  it('are removed at once by the process that destroys them', async () => {
    const { keys, names, at } = prepare();
    await at(0);

    await keys.destroy(streamAt(0));

    expect((await at(1)).get(names[0] ?? '')).toBe('destroyed');
  });

  it('are at most a thousand, the newest ones', async () => {
    const { source, keys, names } = prepare(1001);
    for (const name of names) await keys.read([name]);
    const before = source.requests.length;

    await keys.read(names);

    expect(source.requests.slice(before)).toEqual([[names[0]]]);
  });

  it('do not include missing keys', async () => {
    const { source, keys } = prepare(0);
    await keys.read(['t#session#new']);
    source.commit([source.put('t#session#new', newKey())]);

    expect((await keys.read(['t#session#new'])).size).toBe(1);
  });
});
