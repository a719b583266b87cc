import { expect, it } from 'vitest';
import { checkLength } from './unreadable.ts';

it('accepts two hours, and names the limit for a longer recording', () => {
  expect(() => checkLength(7200, 'transcribed')).not.toThrow();
  expect(() => checkLength(10 * 3600, 'transcribed')).toThrow(
    'lasts 600 minutes, and 120 can be transcribed',
  );
});
