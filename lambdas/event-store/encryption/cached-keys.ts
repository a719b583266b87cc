import { streamKey } from '@nova/shared/tables';
import type { StreamKey, StreamKeys } from './stream-keys.ts';

/** How long a destroyed key may still be used by a process that has read it, milliseconds. */
const lifetimeMs = 60_000;
/** Keys held at most; about 100 bytes each. */
const capacity = 1000;

export interface CachedKeys extends StreamKeys {
  /** Takes a key that was put by this process. */
  remember(stream: string, key: Uint8Array): void;
}

/**
 * Remembers keys for a minute: a stream that is worked on costs one read of its key. That a stream has none is not
 * remembered, since it may get one at any time.
 * @param now wall clock, milliseconds: a process clock may stand still while Lambda keeps the sandbox frozen
 */
export function cachedKeys(keys: StreamKeys, now: () => number = Date.now): CachedKeys {
  const held = new Map<string, { readonly key: StreamKey; readonly since: number }>();

  function remember(stream: string, key: StreamKey, since: number): void {
    held.delete(stream);
    held.set(stream, { key, since });
    const [oldest] = held.keys();
    if (held.size > capacity && oldest !== undefined) held.delete(oldest);
  }

  function fresh(stream: string): StreamKey | undefined {
    const entry = held.get(stream);
    if (!entry) return undefined;
    const age = now() - entry.since;
    if (age >= 0 && age < lifetimeMs) return entry.key;
    held.delete(stream);
    return undefined;
  }

  return {
    async read(streams) {
      const found = new Map<string, StreamKey>();
      const missing: string[] = [];
      for (const stream of new Set(streams)) {
        const key = fresh(stream);
        if (key) found.set(stream, key);
        else missing.push(stream);
      }
      if (missing.length === 0) return found;
      // The minute starts before the read: what is destroyed after it counts from then.
      const since = now();
      for (const [stream, key] of await keys.read(missing)) {
        found.set(stream, key);
        remember(stream, key, since);
      }
      return found;
    },
    remember: (stream, key) => remember(stream, key, now()),
    put: keys.put,
    async destroy(stream) {
      held.delete(streamKey(stream));
      await keys.destroy(stream);
      held.delete(streamKey(stream));
    },
  };
}
