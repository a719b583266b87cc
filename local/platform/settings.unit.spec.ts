import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';

it('has defaults, and reads the environment', () => {
  expect(readSettings({})).toEqual({
    port: 4010,
    dataDirectory: resolve('.nova'),
    timeoutFactor: 1,
    equalPriorities: false,
  });
  const given = { PORT: '0', DATA: '/tmp/x', NOVA_TIMEOUT_FACTOR: '10', NOVA_PRIORITIES: 'equal' };
  expect(readSettings(given)).toEqual({
    port: 0,
    dataDirectory: '/tmp/x',
    timeoutFactor: 10,
    equalPriorities: true,
  });
});

it.each(['80x', '-1', '65536', '1.5', ' '])('refuses PORT=%j by name', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow(/^PORT is ".*", but must be a port number/);
});

it.each(['0', '1.5', '-1', 'ten', '1001'])('refuses NOVA_TIMEOUT_FACTOR=%j by name', (factor) => {
  expect(() => readSettings({ NOVA_TIMEOUT_FACTOR: factor })).toThrow(
    `NOVA_TIMEOUT_FACTOR is "${factor}", but must be a whole number from 1 to 1000.`,
  );
});

it('refuses NOVA_PRIORITIES by name', () => {
  expect(() => readSettings({ NOVA_PRIORITIES: 'high' })).toThrow(
    'NOVA_PRIORITIES is "high", but must be ordered or equal.',
  );
});
