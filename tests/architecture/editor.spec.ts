import { readFileSync } from 'node:fs';
import { functionNames } from '@nova/shared/functions';
import { expect, it } from 'vitest';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

it('the dev container has the Node version of the project', () => {
  const { devDependencies } = json('package.json');

  expect(json('.devcontainer/devcontainer.json').image).toMatch(`node:${devDependencies.node}-`);
});

it('the editor can debug every function', () => {
  const [{ options }] = json('.vscode/launch.json').inputs;

  expect(options).toEqual([...functionNames].sort());
});
