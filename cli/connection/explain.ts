import { inspect } from 'node:util';
import { UserError } from '@nova/shared/run-main';
import type { Terminal } from '../output/terminal.ts';
import { oneLine } from '../output/text.ts';
import type { Place } from './place.ts';

/** Members of errors of the AWS SDK, of Node and of the network. */
interface Fault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** Of a response of an AWS service: `server` for 5xx. */
  readonly $fault?: 'client' | 'server';
}

const expired = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnauthorizedException',
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

/**
 * An error in one sentence with what to do about it.
 * @returns undefined for anything but a {@link UserError} and the known failures of AWS and of the network: a bug
 */
export function explain(error: unknown, place?: Place): string | undefined {
  if (error instanceof UserError) return error.message;
  const { name = '', code = '', message = '', $fault } = (error ?? {}) as Fault;
  const detail = oneLine(message);
  const where = place?.where ?? 'AWS';
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return `No AWS credentials were found (${detail}): sign in, for example with \`aws sso login\`, and select the profile with --profile.`;
  }
  if (expired.has(name)) {
    return place?.endpoint
      ? `The platform on this machine rejects the credentials in its dev.json (${detail}): restart it with \`make dev\`.`
      : `The AWS credentials have expired or are not valid (${detail}): sign in again, for example with \`aws sso login\`.`;
  }
  if (/^AccessDenied|^AuthorizationError|^UnauthorizedOperation/.test(name)) return denied(detail);
  if (missing.has(name)) {
    const stage = place ? `stage ${place.stage}` : 'the stage';
    return `${where} has no ${stage}, or only part of it (${detail}): select a deployed stage with --stage and its region with --region.`;
  }
  if (busy.has(name)) return `${where} is throttling requests (${name}): try again in a minute.`;
  if (unreachable.has(name) || unreachable.has(code)) {
    const remedy = place?.endpoint
      ? 'check that `make dev` is still running'
      : 'check your network connection';
    return `${where} did not respond (${code || name}): ${remedy}, then try again.`;
  }
  if ($fault === 'server') return `${where} failed (${name}: ${detail}): try again in a minute.`;
  return undefined;
}

function denied(message: string): string {
  const [, action, resource] = /not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(message) ?? [];
  if (!action) return `AWS denied access (${message}): ask for a role with this permission.`;
  const on = resource ? ` on ${resource.replace(/["']/g, '')}` : '';
  return `You are not allowed to perform ${action}${on}: ask the administrator of the account for this permission.`;
}

/** An error as one line of a report: explained, or else its name and message. */
export function errorLine(error: unknown, place?: Place): string {
  const { name = 'Error', message = String(error) } = (error ?? {}) as Fault;
  return oneLine(explain(error, place) ?? `${name}: ${message}`);
}

/** Writes an error beside the result: explained in one line, anything else with its stack trace. */
export function reportError(
  { note, styledNote }: Pick<Terminal, 'note' | 'styledNote'>,
  error: unknown,
  place?: Place,
): void {
  const explained = explain(error, place);
  const [first = '', ...stack] = explained === undefined ? inspect(error).split('\n') : [explained];
  // Escaped line by line: an error may quote control characters from elsewhere.
  note(`${styledNote('red', '✗')} ${oneLine(first)}`);
  for (const line of stack) note(oneLine(line));
}
