import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until, type Workbench, workbench } from '../testing/platform-fixture.ts';
import { watchBundles } from './watch.ts';

let bench: Workbench;
let stop: () => void = () => {};
beforeEach(() => {
  bench = workbench();
});
afterEach(() => {
  stop();
  bench.dispose();
});

it('tells once of a bundle that is written in several pieces, and nothing of zips beside it', async () => {
  bench.bundle('one', 'first');
  bench.bundle('two', 'first');
  const changed: string[] = [];
  stop = watchBundles(bench.distDirectory, (bundle) => changed.push(bundle));

  for (const piece of ['a', 'ab', 'abc']) bench.bundle('two', piece);
  writeFileSync(join(bench.distDirectory, 'one.zip'), 'zip');

  await until('the change', () => changed.length > 0);
  expect(changed).toEqual(['two']);
});

it('does nothing where there is no build yet', () => {
  stop = watchBundles(join(bench.directory, 'none'), () => {});

  expect(stop).not.toThrow();
});
