import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { closeOnce } from './close-once.ts';

it('closes resources in reverse order, each once, and continues after a failure', async () => {
  const closed: string[] = [];
  const opened = new AsyncDisposableStack();
  opened.defer(() => void closed.push('first'));
  opened.defer(async () => {
    throw new Error('no');
  });
  opened.defer(() => {
    throw new Error('nor here');
  });
  opened.defer(async () => void closed.push('last'));
  const close = closeOnce(opened);

  await Promise.all([close(), close()]);

  expect(closed).toEqual(['last', 'first']);
});

it('lets a second caller wait for the end of the first close', async () => {
  let closed = false;
  const opened = new AsyncDisposableStack();
  opened.defer(async () => {
    await delay(20);
    closed = true;
  });
  const close = closeOnce(opened);

  void close();
  await close();

  expect(closed).toBe(true);
});
