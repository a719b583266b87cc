import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';

it('has defaults, and reads the environment', () => {
  expect(readSettings({})).toEqual({ port: 4010, dataDirectory: resolve('.nova') });
  expect(readSettings({ PORT: '0', DATA: '/tmp/x' })).toEqual({ port: 0, dataDirectory: '/tmp/x' });
});

it.each(['80x', '-1', '65536', '1.5', ' '])('refuses PORT=%j by name', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow(/^PORT is ".*", but must be a port number/);
});
