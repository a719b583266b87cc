import { UserError } from '@nova/shared/run-main';

interface AwsFault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** Every error that an AWS service answers with has it. */
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** HTTP status of the response that an error of the SDK reports. */
export const statusOf = (error: unknown): number | undefined =>
  (error as AwsFault | undefined)?.$metadata?.httpStatusCode;

/** Region of the bucket, which S3 also names in the responses that it refuses. */
export const bucketRegionOf = (error: unknown): string | undefined =>
  (error as AwsFault | undefined)?.$response?.headers?.['x-amz-bucket-region'];

const notSignedIn = new Set(['CredentialsProviderError', 'TokenProviderError']);
const expired = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/**
 * Explains an error of AWS or its SDK in one sentence that says what to do.
 * @returns undefined for any other error
 */
export function explainAwsError(error: unknown): string | undefined {
  const { name = 'Error', code, message = String(error), $metadata } = error as AwsFault;
  const detail = message.replaceAll(/\s+/g, ' ').trim();
  if (notSignedIn.has(name)) {
    const profile = process.env.AWS_PROFILE;
    return profile
      ? `The profile ${profile} of AWS_PROFILE does not exist or has no AWS credentials (${detail}): sign in with \`aws sso login --profile ${profile}\`, or name another profile.`
      : `No AWS credentials were found (${detail}): sign in, for example with \`aws sso login\`, and name the profile with AWS_PROFILE.`;
  }
  if (nameless.has(name) && $metadata) return explainStatus(error);
  if (expired.has(name)) {
    return `The AWS credentials have expired or are not valid (${detail}): sign in again, for example with \`aws sso login\`.`;
  }
  if (/^AccessDenied|^UnauthorizedOperation/.test(name)) {
    return `AWS denied access (${detail}): ask the administrator of the account to allow it.`;
  }
  if (code === 'ENOTFOUND' || code === 'ECONNREFUSED' || name === 'TimeoutError') {
    return `AWS did not answer (${code ?? name}): check your network connection, then try again.`;
  }
  return $metadata && `${name}: ${detail}`;
}

/** A response to HEAD has no body, so the SDK has nothing but the status to name its error by. */
const nameless = new Set(['Unknown', 'UnknownError']);

/** Explains a response without a body. Source: Amazon S3 API reference, "Error responses". */
function explainStatus(error: unknown): string {
  const status = statusOf(error) ?? 0;
  const region = bucketRegionOf(error);
  if (status === 301) {
    return `The bucket is in another region${region ? `, ${region}` : ''} (status 301): name a bucket of the stage's region with STATE_BUCKET=….`;
  }
  if (status === 400) {
    return 'AWS refused the request without a reason (status 400), as it does for an expired token: sign in again, for example with `aws sso login`.';
  }
  if (status === 401 || status === 403) {
    return `AWS denied access without a reason (status ${status}): check which account you are signed in to with \`aws sts get-caller-identity\`, or ask its administrator to allow it.`;
  }
  if (status >= 500) return `AWS failed (status ${status}): try again in a few minutes.`;
  return `AWS refused the request without a reason (status ${status}).`;
}

/** An error in one line, where it must not end the command because other functions go on. */
export const describeError = (error: unknown): string =>
  error instanceof UserError ? error.message : (explainAwsError(error) ?? String(error));
