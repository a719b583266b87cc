import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baseImageOf } from '../pins/base-image.ts';
import { dockerfile, imageTag } from './image.ts';

const source = join(import.meta.dirname, '..', '..', 'lambdas');

describe('the tag of the image', () => {
  let lambdas: string;
  beforeEach(() => {
    lambdas = mkdtempSync(join(tmpdir(), 'nova-image-'));
    for (const path of [dockerfile, 'dist/agent-core/index.mjs']) {
      mkdirSync(join(lambdas, dirname(path)), { recursive: true });
    }
    cpSync(join(source, dockerfile), join(lambdas, dockerfile));
    writeFileSync(join(lambdas, 'dist/agent-core/index.mjs'), 'bundle');
  });
  afterEach(() => rmSync(lambdas, { recursive: true, force: true }));

  /** Bases the image on another one, and returns its tag. */
  function tagOn(letter: string): string {
    const text = readFileSync(join(source, dockerfile), 'utf8');
    const { registry, repository, tag } = baseImageOf(text);
    const from = `FROM ${registry}/${repository}:${tag}@sha256:${letter.repeat(64)}`;
    writeFileSync(join(lambdas, dockerfile), text.replace(/^FROM .*$/m, from));
    return imageTag(lambdas);
  }

  it('changes with the digest of the base image, so that its fixes are deployed', () => {
    expect(new Set([imageTag(lambdas), tagOn('a'), tagOn('b')]).size).toBe(3);
    expect(tagOn('a')).toBe(tagOn('a'));
  });

  it('changes with the bundle', () => {
    const before = imageTag(lambdas);
    writeFileSync(join(lambdas, 'dist/agent-core/index.mjs'), 'another bundle');

    expect(imageTag(lambdas)).not.toBe(before);
  });
});

describe('the Dockerfile', () => {
  const copied = [...readFileSync(join(source, dockerfile), 'utf8').matchAll(/^COPY (?:--\S+ )*(.+) \S+$/gm)];

  // Docker: "Build context", .dockerignore files: the last line that matches decides.
  it('gets from its context only what it copies', () => {
    const lines = readFileSync(join(source, '.dockerignore'), 'utf8').split('\n');
    const rules = lines.filter((line) => line && !line.startsWith('#'));

    expect(rules).toEqual(['*', ...copied.map(([, path]) => `!${path}`)]);
    expect(rules).toHaveLength(2);
  });
});
