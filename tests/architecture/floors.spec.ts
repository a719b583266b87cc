import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';

/** What the functions share: their adapters. */
const lambdaRooms = [
  'commands',
  'content',
  'documents',
  'event-store',
  'http',
  'jobs',
  'media',
  'models',
  'read-model',
  'runtime',
  'session-memory',
  'usage',
  'vectors',
  'webhooks',
].map((room) => `lambdas/${room}/`);

/** The repository's own folders that the files of a folder may import from. */
const floors: Readonly<Record<string, readonly string[]>> = {
  'shared/**/*.ts': ['shared/'],
  'lambdas/domain/**/*.ts': ['lambdas/domain/', 'shared/'],
  'lambdas/!(functions)/**/*.ts': [...lambdaRooms, 'lambdas/testing/', 'lambdas/domain/', 'shared/'],
  'modules/**/*.ts': ['modules/', 'shared/'],
  'main.ts': ['modules/', 'shared/'],
  'review/plan/**/*.ts': ['review/plan/', 'review/unscoped-actions.ts', 'shared/'],
  'local/**/*.ts': ['local/', 'shared/'],
  'cli/**/*.ts': ['cli/', 'shared/'],
  'cost/**/*.ts': ['cost/', 'review/synthesized-stack.ts', 'shared/'],
  'deploy/**/*.ts': ['deploy/', 'review/', 'cost/', 'modules/settings.ts', 'shared/'],
};

const folders = [
  'shared/',
  'lambdas/',
  'modules/',
  'review/',
  'cost/',
  'local/',
  'cli/',
  'deploy/',
  'console/',
  'tests/',
  'bench/',
];
const ownFolder = (path: string) => folders.find((folder) => path.startsWith(folder));

describe('imports only go down', () => {
  it.each(Object.entries(floors))('%s', (pattern, allowed) => {
    const imports = importsOf(pattern);
    const forbidden = imports.filter(
      ({ to }) => ownFolder(to) !== undefined && !allowed.some((folder) => to.startsWith(folder)),
    );
    expect(imports.length).toBeGreaterThan(0);
    expect(forbidden).toEqual([]);
  });

  it('a function imports nothing of another function', () => {
    const forbidden = importsOf('lambdas/functions/**/*.ts').filter(({ from, to }) => {
      const [, , own] = from.split('/');
      return ownFolder(to) !== undefined && !isBelow(to) && !to.startsWith(`lambdas/functions/${own}/`);
    });
    expect(forbidden).toEqual([]);
  });
});

const isBelow = (to: string) =>
  [...lambdaRooms, 'lambdas/domain/', 'shared/'].some((folder) => to.startsWith(folder));

describe('the domain is pure', () => {
  it('imports no package and no part of Node', () => {
    const outside = importsOf('lambdas/domain/**/*.ts').filter(({ to }) => ownFolder(to) === undefined);
    expect(outside).toEqual([]);
  });

  it('reads no clock and throws no dice', () => {
    const files = new Set(importsOf('lambdas/domain/**/*.ts').map(({ from }) => from));
    const impure = [...files].filter((file) =>
      /new Date\(\)|Date\.now\(|Math\.random\(|process\./.test(readFileSync(resolve(file), 'utf8')),
    );
    expect(impure).toEqual([]);
  });
});

describe('the handlers do not know where they run', () => {
  it('no source of a function mentions the laptop', () => {
    const files = new Set(importsOf('lambdas/**/*.ts').map(({ from }) => from));
    const branches = [...files].filter((file) =>
      /AWS_ENDPOINT_URL|127\.0\.0\.1|localhost|NOVA_LOCAL|isLocal/.test(readFileSync(resolve(file), 'utf8')),
    );
    expect(branches).toEqual([]);
  });

  it('only the environment module reads the environment of the contract', () => {
    const files = new Set(importsOf('lambdas/!(domain|build)/**/*.ts').map(({ from }) => from));
    const readers = [...files].filter(
      (file) =>
        file !== 'lambdas/runtime/environment.ts' &&
        /process\.env\.(?!_HANDLER|AWS_REGION)/.test(readFileSync(resolve(file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });
});

describe('the top level', () => {
  it('has the folders and files the project promises', () => {
    const promised = [
      'main.ts',
      'cdktf.json',
      'modules',
      'lambdas',
      'shared',
      'tests',
      'Makefile',
      'package.json',
      'tsconfig.json',
    ];
    expect(readdirSync(resolve('.'))).toEqual(expect.arrayContaining(promised));
  });
});
