import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PlatformFixture, platformFixture } from '../../../testing/platform-fixture.ts';
import { locateEngine } from './locate.ts';

let fixture: PlatformFixture;
let nowhere: string;
beforeEach(() => {
  fixture = platformFixture();
  nowhere = pathToFileURL(join(fixture.directory, 'none.ts')).href;
});
afterEach(() => fixture.dispose());

it('takes a given endpoint before anything else', () => {
  const location = locateEngine({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' });

  expect(location).toEqual({ kind: 'endpoint', url: new URL('http://127.0.0.1:8000') });
});

it('finds a program on the PATH where no package is installed', () => {
  const program = join(fixture.directory, 'dynoxide');
  writeFileSync(program, '');
  chmodSync(program, 0o755);

  const location = locateEngine({ PATH: `/nowhere:${fixture.directory}` }, nowhere);

  expect(location).toEqual({ kind: 'program', path: program });
});

it('says what there is to do when it finds none, or the endpoint is no address', () => {
  expect(() => locateEngine({ PATH: '' }, nowhere)).toThrow(/npm install @dynoxide.*DYNAMODB_ENDPOINT/);
  expect(() => locateEngine({ DYNAMODB_ENDPOINT: 'localhost' })).toThrow(/DYNAMODB_ENDPOINT is "localhost"/);
});
