import { expect, it } from 'vitest';
import { Closers } from './closers.ts';

it('closes in the opposite order, each once, and goes on past a failure', async () => {
  const closed: string[] = [];
  const closers = new Closers();
  closers.add(() => closed.push('first'));
  closers.add(async () => {
    throw new Error('no');
  });
  closers.add(async () => closed.push('last'));

  await Promise.all([closers.close(), closers.close()]);

  expect(closed).toEqual(['last', 'first']);
});
