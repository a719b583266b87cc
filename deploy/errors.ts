/** What a person can put right: says what is wrong, and what to do. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}

interface Fault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Errors whose message says all. */
const forPeople = new Set(['DeployError', 'SettingsError', 'NotAPlanError']);
const notSignedIn = new Set(['CredentialsProviderError', 'TokenProviderError']);
const expired = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** An error in one sentence that says what to do; never a stack trace. */
export function explain(error: unknown): string {
  const { name = 'Error', code, message = String(error) } = error as Fault;
  const said = message.replaceAll(/\s+/g, ' ').trim();
  if (notSignedIn.has(name)) {
    return `No AWS credentials were found (${said}): sign in, for example with \`aws sso login\`, and name the profile with AWS_PROFILE.`;
  }
  if (expired.has(name)) {
    return `The AWS credentials have expired or are not valid (${said}): sign in again, for example with \`aws sso login\`.`;
  }
  if (/^AccessDenied|^UnauthorizedOperation/.test(name)) {
    return `AWS denied access (${said}): ask whoever manages the account to allow it.`;
  }
  if (code === 'ENOTFOUND' || code === 'ECONNREFUSED' || name === 'TimeoutError') {
    return `AWS did not answer (${code ?? name}): see whether you are online, then try again.`;
  }
  return forPeople.has(name) ? said : `${name}: ${said}`;
}

/** Runs a program; what goes wrong is one line on standard error, and exit code 1. */
export async function run(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/** A line for whoever watches. */
export const say = (line: string) => void process.stdout.write(`${line}\n`);
