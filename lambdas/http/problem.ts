import type { Problem } from '@nova/shared/api/common';
import { type ProblemType, problemMediaType, problems } from '@nova/shared/problems';
import { correlationHeader, retryAfterHeader } from '@nova/shared/routes';
import type * as z from 'zod';
import { DomainError } from '../domain/errors.ts';

/** A refusal that names every field that is wrong. */
export class InvalidRequestError extends DomainError {
  override readonly name = 'InvalidRequestError';
  readonly fields: readonly { readonly field: string; readonly message: string }[];

  constructor(fields: InvalidRequestError['fields']) {
    super('invalid-request', fields.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.fields = fields;
  }
}

/** Faults that an answer names, and characters of a field's name in it, at most: a body may have thousands. Our own. */
const [mostFaults, nameChars] = [20, 100];

/**
 * The faults that a schema found, by field; only the first ones where there are many.
 * @param where name of the whole for issues without a path: `body`, `query`
 */
export function invalidRequest(error: z.ZodError, where: string): InvalidRequestError {
  const fields = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: [...path, key].join('.'),
        message: 'is not a field of this request; leave it out',
      }));
    }
    return [{ field: path.join('.') || where, message: issue.message }];
  });
  const named = fields
    .slice(0, mostFaults)
    .map(({ field, message }) => ({ field: field.slice(0, nameChars), message }));
  const more = fields.length - named.length;
  const rest = more > 0 ? [{ field: where, message: `has ${more} more faults` }] : [];
  return new InvalidRequestError([...named, ...rest]);
}

/** The problem document of an error. An error that is not meant for callers reveals nothing of its cause. */
export function problemOf(error: unknown, correlationId: string): Problem {
  if (!(error instanceof DomainError)) {
    return problem('internal', `Try again; if it stays, report it with this correlation id.`, correlationId);
  }
  const { type, message, resetsAt } = error;
  const document = { ...problem(type, message, correlationId), ...(resetsAt ? { resetsAt } : {}) };
  return error instanceof InvalidRequestError ? { ...document, errors: [...error.fields] } : document;
}

function problem(type: ProblemType, detail: string, correlationId: string): Problem {
  return { type, ...problems[type], detail, correlationId };
}

/** Headers of a problem answer. */
export function problemHeaders(error: unknown, correlationId: string): Record<string, string> {
  const wait = error instanceof DomainError ? error.retryAfterSeconds : undefined;
  return {
    'content-type': problemMediaType,
    [correlationHeader]: correlationId,
    ...(wait === undefined ? {} : { [retryAfterHeader]: String(wait) }),
  };
}
