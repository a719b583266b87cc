import { type ProblemType, problems } from '@nova/shared/problems';

export interface RefusalOptions extends ErrorOptions {
  /** Seconds after which a retry makes sense, if known. */
  readonly retryAfterSeconds?: number;
  /** When the quota resets: ISO 8601, UTC. */
  readonly resetsAt?: string;
}

/**
 * A refusal that the caller can act on. `type` is the problem type of the response; the message becomes its `detail`,
 * so it names the fault and the remedy.
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  readonly type: ProblemType;
  readonly retryAfterSeconds: number | undefined;
  readonly resetsAt: string | undefined;

  constructor(type: ProblemType, detail: string, options: RefusalOptions = {}) {
    super(detail, options);
    this.type = type;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.resetsAt = options.resetsAt;
  }

  /** HTTP status of the problem type. */
  get status(): number {
    return problems[this.type].status;
  }
}

/** Also the error for another tenant's id, so that callers cannot find out which ids exist. */
export function notFound(what: 'content' | 'job' | 'session', id: string): DomainError {
  return new DomainError('not-found', `There is no ${what} with the id ${id}.`);
}
