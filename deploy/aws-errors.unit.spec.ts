import { UserError } from '@nova/shared/run-main';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeError, explainAwsError } from './aws-errors.ts';

const fault = (name: string, more: object = {}) =>
  Object.assign(new Error('no\n  luck'), { name, $metadata: {}, ...more });

/** An error for a response to HEAD: it has a status and nothing else. */
const bodyless = (httpStatusCode: number, headers = {}) =>
  fault('Unknown', { message: 'UnknownError', $metadata: { httpStatusCode }, $response: { headers } });

beforeEach(() => void vi.stubEnv('AWS_PROFILE', undefined));
afterEach(() => void vi.unstubAllEnvs());

it.each([
  [
    fault('CredentialsProviderError', { $metadata: undefined }),
    /No AWS credentials .*\(no luck\).*AWS_PROFILE/,
  ],
  [fault('ExpiredToken'), /expired or are not valid.*aws sso login/],
  [fault('AccessDeniedException'), /AWS denied access \(no luck\)/],
  [fault('Error', { code: 'ENOTFOUND', $metadata: undefined }), /did not answer \(ENOTFOUND\)/],
  [fault('ThrottlingException'), /^ThrottlingException: no luck$/],
  [bodyless(301, { 'x-amz-bucket-region': 'eu-west-1' }), /in another region, eu-west-1 .*STATE_BUCKET=/],
  [bodyless(301), /in another region \(status 301\)/],
  [bodyless(400), /status 400.* expired token: sign in again/],
  [bodyless(403), /denied access .*status 403.*aws sts get-caller-identity/],
  [bodyless(500), /^AWS failed \(status 500\): try again/],
  [bodyless(418), /^AWS refused the request without a reason \(status 418\)/],
])('explains %s in one line', (error, message) => {
  expect(explainAwsError(error)).toMatch(message);
});

it('names the profile that has no credentials', () => {
  vi.stubEnv('AWS_PROFILE', 'nobody');

  expect(explainAwsError(fault('CredentialsProviderError'))).toMatch(
    /^The profile nobody .*`aws sso login --profile nobody`/,
  );
});

it('leaves errors that do not come from AWS to their stack trace', () => {
  expect(explainAwsError(new TypeError('x is not a function'))).toBeUndefined();
});

it('describes any error in one line for a command that continues with other functions', () => {
  expect(describeError(new UserError('Deploy first.'))).toBe('Deploy first.');
  expect(describeError(fault('ThrottlingException'))).toBe('ThrottlingException: no luck');
  expect(describeError(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
});
