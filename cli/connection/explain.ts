import { CliError } from '../errors.ts';
import { oneLine } from '../output/text.ts';
import type { Place } from './connection.ts';

/** What an error of the SDK, Node or the network carries. */
interface Fault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
}

const expired = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const missing = new Set([
  'NoSuchBucket',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
  'AWS.SimpleQueueService.NonExistentQueue',
]);
const busy = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** An error in one sentence that says what to do; never a stack trace. */
export function explain(error: unknown, place?: Place): string {
  if (error instanceof CliError) return error.message;
  const { name = 'Error', code = '', message = String(error) } = error as Fault;
  const said = oneLine(message);
  const where = place?.where ?? 'AWS';
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return `No AWS credentials were found (${said}): sign in, for example with \`aws sso login\`, and name the profile with --profile.`;
  }
  if (expired.has(name)) {
    return place?.endpoint
      ? `The platform on this machine does not take the credentials of its dev.json (${said}): start it anew with \`make dev\`.`
      : `The AWS credentials have expired or are not valid (${said}): sign in again, for example with \`aws sso login\`.`;
  }
  if (/^AccessDenied|^AuthorizationError|^UnauthorizedOperation/.test(name)) return denied(said);
  if (missing.has(name)) {
    const stage = place ? `stage ${place.stage}` : 'the stage';
    return `${where} has no ${stage}, or not all of it (${said}): name a deployed one with --stage, and where it is with --region.`;
  }
  if (busy.has(name)) return `${where} asks to slow down (${name}): try again in a minute.`;
  if (unreachable.has(name) || unreachable.has(code)) {
    const remedy = place?.endpoint ? 'see whether `make dev` still runs' : 'see whether you are online';
    return `${where} did not answer (${code || name}): ${remedy}, then try again.`;
  }
  return `${name}: ${said}`;
}

function denied(message: string): string {
  const [, action, resource] = /not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(message) ?? [];
  if (!action) return `AWS denied access (${message}): ask for a role that may do this.`;
  const on = resource ? ` on ${resource.replace(/["']/g, '')}` : '';
  return `You may not do ${action}${on}: ask whoever manages the account to allow it.`;
}
