import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createNamespace, destroyNamespace, getNamespace } from './cls-hooked.ts';

describe('a namespace', () => {
  it('is found by its name until it is destroyed', () => {
    const namespace = createNamespace('found');

    expect(getNamespace('found')).toBe(namespace);
    destroyNamespace('found');
    expect(getNamespace('found')).toBeUndefined();
  });

  it('has no values outside a context', () => {
    const namespace = createNamespace('empty');

    expect(namespace.get('segment')).toBeUndefined();
    expect(() => namespace.set('segment', 'a')).toThrow('No context is active');
  });

  it('shares the values of the entered context with all code, also code that waits already', async () => {
    const namespace = createNamespace('entered');
    const waiting = (async () => {
      await setImmediate();
      return namespace.get('segment');
    })();

    namespace.enter(namespace.createContext());
    namespace.set('segment', 'facade');

    expect(await waiting).toBe('facade');
  });

  it('inherits values in a run, and keeps those of the run inside it', async () => {
    const namespace = createNamespace('nested');
    namespace.enter(namespace.createContext());
    namespace.set('segment', 'outer');
    const seen: unknown[] = [];

    const inside = Promise.withResolvers<void>();
    namespace.run(async () => {
      seen.push(namespace.get('segment'));
      namespace.set('segment', 'inner');
      await setImmediate();
      seen.push(namespace.get('segment'));
      inside.resolve();
    });
    await inside.promise;

    expect(seen).toEqual(['outer', 'inner']);
    expect(namespace.get('segment')).toBe('outer');
  });

  it('keeps concurrent runs apart', async () => {
    const namespace = createNamespace('concurrent');
    const run = (name: string) =>
      new Promise((resolve) => {
        namespace.run(async () => {
          namespace.set('segment', name);
          await setImmediate();
          resolve(namespace.get('segment'));
        });
      });

    expect(await Promise.all([run('a'), run('b'), run('c')])).toEqual(['a', 'b', 'c']);
  });

  it('runs a bound function in the context of its binding, with its arguments and result', () => {
    const namespace = createNamespace('bound');
    let bound: ((suffix: string) => string) | undefined;
    namespace.run(() => {
      namespace.set('segment', 'a');
      bound = namespace.bind((suffix: string) => `${namespace.get('segment')}${suffix}`);
    });

    expect(bound?.('!')).toBe('a!');
  });
});
