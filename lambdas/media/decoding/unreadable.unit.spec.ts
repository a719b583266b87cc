import { expect, it } from 'vitest';
import { refuseLength } from '../refuse-length.ts';

it('takes two hours, and says of what is longer how long it may be', () => {
  expect(() => refuseLength(7200, 'transcribed')).not.toThrow();
  expect(() => refuseLength(10 * 3600, 'transcribed')).toThrow(
    'lasts 600 minutes, and 120 can be transcribed',
  );
});
