import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, sourcesOf } from './imports.ts';
import { roomOf } from './rooms.ts';

describe('the domain is pure', () => {
  it('imports no package and no part of Node', () => {
    const outside = importsOf('lambdas/domain/**/*.ts').filter(({ to }) => roomOf(to) === undefined);
    expect(outside).toEqual([]);
  });

  it('reads no clock and no random number', () => {
    const files = sourcesOf('lambdas/domain/**/*.ts');
    const impure = files.filter((file) =>
      /new Date\(\)|Date\.now\(|Math\.random\(|process\./.test(readFileSync(resolve(file), 'utf8')),
    );
    expect(impure).toEqual([]);
  });
});

describe('the handlers do not depend on the environment that runs them', () => {
  it('no source of a function mentions the laptop', () => {
    const files = sourcesOf('lambdas/**/*.ts').filter((file) => roomOf(file) !== 'lambdas/testing');
    const branches = files.filter((file) =>
      /AWS_ENDPOINT_URL|127\.0\.0\.1|localhost|NOVA_LOCAL|isLocal/.test(readFileSync(resolve(file), 'utf8')),
    );
    expect(branches).toEqual([]);
  });

  it('only the environment module reads the environment of the contract', () => {
    const files = sourcesOf('lambdas/!(domain|build)/**/*.ts');
    const readers = files.filter(
      (file) =>
        file !== 'lambdas/runtime/environment.ts' &&
        /process\.env\.(?!_HANDLER|AWS_REGION|AWS_LAMBDA_FUNCTION_MEMORY_SIZE)/.test(
          readFileSync(resolve(file), 'utf8'),
        ),
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
