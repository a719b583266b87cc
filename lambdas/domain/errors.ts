import { type ProblemType, problems } from '@nova/shared/problems';

/**
 * A refusal the caller can act on. `type` is the problem type the API answers with; the message becomes its `detail`,
 * so it says what is wrong and what to do.
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  readonly type: ProblemType;

  constructor(type: ProblemType, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.type = type;
  }

  /** HTTP status of the problem type. */
  get status(): number {
    return problems[this.type].status;
  }
}

/** Nothing by that id, or somebody else's: callers cannot tell which. */
export function notFound(what: 'content' | 'job' | 'session', id: string): DomainError {
  return new DomainError('not-found', `There is no ${what} with the id ${id}.`);
}
