import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PlatformFixture, platformFixture, until } from '../testing/platform-fixture.ts';
import { watchBundles } from './watch.ts';

let fixture: PlatformFixture;
let stop: () => void = () => {};
beforeEach(() => {
  fixture = platformFixture();
});
afterEach(() => {
  stop();
  fixture.dispose();
});

it('reports a bundle once that is written in several pieces, and no zip beside it', async () => {
  fixture.bundle('one', 'first');
  fixture.bundle('two', 'first');
  const changed: string[] = [];
  stop = watchBundles(fixture.distDirectory, (bundle) => changed.push(bundle));

  for (const piece of ['a', 'ab', 'abc']) fixture.bundle('two', piece);
  writeFileSync(join(fixture.distDirectory, 'one.zip'), 'zip');

  await until('the change', () => changed.length > 0);
  expect(changed).toEqual(['two']);
});

it('does nothing before the first build', () => {
  stop = watchBundles(join(fixture.directory, 'none'), () => {});

  expect(stop).not.toThrow();
});
