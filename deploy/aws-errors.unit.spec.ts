import { UserError } from '@nova/shared/run-main';
import { expect, it } from 'vitest';
import { describeError, explainAwsError } from './aws-errors.ts';

const fault = (name: string, more: object = {}) =>
  Object.assign(new Error('no\n  luck'), { name, $metadata: {}, ...more });

it.each([
  [
    fault('CredentialsProviderError', { $metadata: undefined }),
    /No AWS credentials .*\(no luck\).*AWS_PROFILE/,
  ],
  [fault('ExpiredToken'), /expired or are not valid.*aws sso login/],
  [fault('AccessDeniedException'), /AWS denied access \(no luck\)/],
  [fault('Error', { code: 'ENOTFOUND', $metadata: undefined }), /did not answer \(ENOTFOUND\)/],
  [fault('ThrottlingException'), /^ThrottlingException: no luck$/],
])('explains %s in one line', (error, message) => {
  expect(explainAwsError(error)).toMatch(message);
});

it('leaves errors that do not come from AWS to their stack trace', () => {
  expect(explainAwsError(new TypeError('x is not a function'))).toBeUndefined();
});

it('describes any error in one line for a command that continues with other functions', () => {
  expect(describeError(new UserError('Deploy first.'))).toBe('Deploy first.');
  expect(describeError(fault('ThrottlingException'))).toBe('ThrottlingException: no luck');
  expect(describeError(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
});
