import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const dist = resolve(import.meta.dirname, '../../../lambdas/dist');

/** An import reads every export of `node:http`, and some of them load undici: see lambdas/build/required-http.ts. */
it('no bundle imports node:http, so that no function loads undici at its start', () => {
  const files = globSync('*/*.mjs', { cwd: dist });
  const importing = files.filter((file) =>
    /(from|import|import\()\s*["'](node:)?http["']/.test(readFileSync(resolve(dist, file), 'utf8')),
  );

  expect(files).toContain('webhook-handler/index.mjs');
  expect(importing).toEqual([]);
});
