import { UserError } from '@nova/shared/run-main';

interface AwsFault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** Every error that an AWS service answers with has it. */
  readonly $metadata?: object;
}

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
    return `No AWS credentials were found (${detail}): sign in, for example with \`aws sso login\`, and name the profile with AWS_PROFILE.`;
  }
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

/** An error in one line, where it must not end the command because other functions go on. */
export const describeError = (error: unknown): string =>
  error instanceof UserError ? error.message : (explainAwsError(error) ?? String(error));
